import { isIP } from 'node:net'
import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { choice, truth } from '../values/choice.ts'
import { duration } from '../values/duration.ts'
import { whole } from '../values/number.ts'
import { path } from '../values/path.ts'
import { asText, scalar } from '../values/scalar.ts'
import { service } from '../values/service.ts'
import { shaped, text } from '../values/text.ts'
import { regulation } from './regulation.ts'

const ownAddress = scalar(
  input => {
    const written = asText(input, '127.0.0.1')
    if (isIP(written) !== 0 && !written.includes('%')) return written
    throw new Refusal(`${quote(written)} is not an address: write its number, without a port.`, '127.0.0.1')
  },
  { type: 'string', 'x-type': 'IP address', 'x-example': '127.0.0.1' },
)

/** A secret that someone else made: it stands in a file of its own, never here. */
const secret = (example: string) =>
  z
    .strictObject({ file: path(example).describe('The file that holds it, alone, on one line.') })
    .meta({ 'x-type': 'the file that holds it', 'x-example': { file: example } })

const ldap = z.strictObject({
  address: service({ ldap: 389, ldaps: 636 }, 'ldaps://ldap.example.com').describe('The directory server.'),
  implementation: choice(['custom', 'activedirectory', 'freeipa', 'lldap', 'glauth', 'rfc2307bis'], {
    ad: 'activedirectory',
    openldap: 'rfc2307bis',
    ipa: 'freeipa',
  })
    .prefault('custom')
    .describe('Which program it is; it decides the names of attributes and the filters.'),
  base_dn: text('dc=example,dc=com').describe('Where users and groups are looked for.'),
  user: text('uid=authelia,ou=people,dc=example,dc=com').describe(
    'Who looks for them: a user that may read.',
  ),
  password: secret('secrets/ldap').describe('Its password.'),
  users_filter: text('(&({username_attribute}={input})(objectClass=inetOrgPerson))')
    .optional()
    .meta({ 'x-default': 'what fits `implementation`' })
    .describe('How a user is found.'),
  groups_filter: text('(&(member={dn})(objectClass=groupOfNames))')
    .optional()
    .meta({ 'x-default': 'what fits `implementation`' })
    .describe("How a user's groups are found."),
  start_tls: truth.prefault(false).describe('Ask for TLS on an `ldap://` connection.'),
})

const users = z.strictObject({
  file: path('users_database.yml')
    .prefault('users_database.yml')
    .describe("The users, in Authelia's format; `gatehouse user` writes it."),
  ldap: ldap.optional().describe('Users from a directory instead of the file.'),
})

const mail = z.strictObject({
  address: service(
    { smtp: 25, submission: 587, submissions: 465 },
    'submission://smtp.example.com:587',
  ).describe('The mail server.'),
  username: text('auth@example.com').optional().describe('Who sends.'),
  password: secret('secrets/mail').optional().describe('With which password.'),
  sender: text('Authelia <auth@example.com>').describe('What stands in From.'),
})

const secondFactor = z.strictObject({
  totp: truth.prefault(true).describe('Codes from an app on the phone (TOTP).'),
  webauthn: truth.prefault(true).describe('Keys and passkeys (WebAuthn).'),
  duo: z
    .strictObject({
      hostname: text('api-123456789.duosecurity.com').describe('The API host that Duo names.'),
      integration_key: text('ABCDEF').describe('The integration key that Duo names.'),
      secret: secret('secrets/duo').describe('The secret key that Duo names.'),
    })
    .optional()
    .describe('Push messages by Duo.'),
})

const password = z.strictObject({
  min_length: whole(1, 128).prefault(8).describe('Characters at least.'),
  min_score: whole(0, 4)
    .prefault(3)
    .describe('How hard to guess (zxcvbn, 0 to 4); `0` asks for the length alone.'),
})

const database = z.strictObject({
  address: service({ tcp: 3306 }, 'tcp://127.0.0.1:3306').describe('Where it listens.'),
  database: text('authelia').prefault('authelia').describe('The name of the database.'),
  username: text('authelia').prefault('authelia').describe('The user.'),
  password: secret('secrets/database').describe('Its password.'),
})

const storage = z.strictObject({
  mysql: database.optional().describe('MariaDB or MySQL.'),
  postgres: database
    .extend({ address: service({ tcp: 5432 }, 'tcp://127.0.0.1:5432').describe('Where it listens.') })
    .optional()
    .describe('PostgreSQL.'),
})

const redis = z.strictObject({
  host: text('127.0.0.1').prefault('127.0.0.1').describe('Where it listens: a host or the path of a socket.'),
  port: whole(0, 65535).prefault(6379).describe('Its port; 0 for a socket.'),
  username: text('authelia').optional().describe('The user, where there are users.'),
  password: secret('secrets/redis').optional().describe('The password, where there is one.'),
  database: whole(0, 999).prefault(0).describe('The number of the database.'),
  sentinel: z
    .strictObject({
      name: text('authelia').describe('The name of the master.'),
      nodes: z
        .array(service({ tcp: 26379 }, 'tcp://10.0.0.2:26379'))
        .nonempty()
        .meta({ 'x-example': ['tcp://10.0.0.2:26379'] })
        .describe('The sentinels.'),
      username: text('authelia').optional().describe('Their user, where there are users.'),
      password: secret('secrets/sentinel').optional().describe('Their password, where there is one.'),
    })
    .optional()
    .describe('Redis Sentinel, which knows who the master is.'),
})

const certificates = z.strictObject({
  from: choice(['own', 'files'], { self: 'own', 'self-signed': 'own', letsencrypt: 'files', acme: 'files' })
    .prefault('own')
    .describe(
      '`own`: an authority of your own, made once, which every device must learn to trust. `files`: a certificate that something else renews, such as certbot or acme.sh.',
    ),
  certificate: path('/etc/letsencrypt/live/example.com/fullchain.pem')
    .optional()
    .describe('With `files`: the certificate and its chain, for the domain and all names in it.'),
  key: path('/etc/letsencrypt/live/example.com/privkey.pem').optional().describe('With `files`: its key.'),
})

const nginx = z.strictObject({
  hsts: duration('0s', '730d')
    .prefault('180d')
    .describe('How long browsers shall insist on https; `0s` says nothing.'),
  max_upload: shaped(/^(0|[1-9]\d*[kmg])$/, 'a size as NGINX writes it, 0 for no limit', '0')
    .prefault('0')
    .describe('The largest upload.'),
  ipv6: truth.prefault(true).describe('Listen on IPv6 too.'),
  addresses: z
    .array(ownAddress)
    .nonempty()
    .optional()
    .meta({ 'x-default': 'every address', 'x-example': ['10.0.0.2'] })
    .describe('The addresses of the machine on which it listens, instead of every one.'),
  redirect_port: whole(0, 65535)
    .prefault(80)
    .describe('The plain port that sends browsers on to https; `0`: none.'),
  resolver: ownAddress
    .optional()
    .describe(
      'The DNS server that it asks for upstreams with a name, each time that one is needed: 127.0.0.11 in Docker. Left out: it asks the machine once, when it starts, and does not start where a name is unknown.',
    ),
})

/** What `render` and `apply` need beside the apps; `serve` does not look at it. */
export const deploy = z.strictObject({
  folder: shaped(/^\/[\w./-]*[\w-]$/, 'a whole path', '/etc/gatehouse')
    .prefault('/etc/gatehouse')
    .describe('Where this file, the users and the secrets stand on the machine that it is rendered for.'),
  users: users.prefault({}).describe('Where the users come from.'),
  mail: mail
    .optional()
    .describe(
      'How Authelia sends codes and password resets. Left out: it writes them to a file on the machine.',
    ),
  reset_password: truth.prefault(true).describe('Whether a forgotten password can be reset by mail.'),
  second_factor: secondFactor.prefault({}).describe('What may stand beside the password.'),
  password_policy: password.prefault({}).describe('What a new password must have.'),
  regulation: regulation.prefault({}).describe('Bans for whoever tries passwords.'),
  session: z
    .strictObject({
      expiration: duration('1m', '365d')
        .prefault('1h')
        .describe('A session ends so long after its last use at the latest.'),
      remember_me: duration('0s', '365d')
        .prefault('30d')
        .describe('The same for "remember me"; `0s` does not offer it.'),
    })
    .prefault({})
    .describe('How long sessions last; how long they may lie idle is `authelia.inactivity`.'),
  storage: storage
    .prefault({})
    .describe('Where Authelia keeps second factors and bans; left out: an SQLite file.'),
  redis: redis.optional().describe('Where Authelia keeps sessions; left out: in its memory.'),
  authelia_more: path('authelia-more.yml')
    .optional()
    .describe(
      "A file with what Gatehouse does not render of Authelia's configuration: Authelia adds it to the rendered one. Its lists replace the rendered ones whole.",
    ),
  certificates: certificates.prefault({}).describe('What the rendered NGINX shows to browsers.'),
  nginx: nginx.prefault({}).describe('How the rendered NGINX behaves.'),
})
export type FileDeploy = z.output<typeof deploy>
