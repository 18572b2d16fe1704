import t, { type Test } from 'tap'
import { autheliaFiles } from '../../../src/deploy/authelia/files.ts'
import { configurationFiles } from '../../../src/deploy/authelia/paths.ts'
import { autheliaSecrets } from '../../../src/deploy/authelia/secrets.ts'
import { DIGEST, houseOf } from '../houses.ts'
import { KEYS, merged, schemaFaults, type Tree } from './schema.ts'

const APPS = 'apps: { cam: { upstream: "http://127.0.0.1:8080" } }\n'
const WIKI = `oidc_apps:
  wiki: { kind: custom, url: https://wiki.example.com, client: { redirect_uris: [https://wiki.example.com/cb] } }
`

/** The rendered configuration of a home whose `deploy` is this, held against Authelia's schema. */
function rendered(t: Test, deploy: string, more = APPS, authelia = 'url: http://127.0.0.1:9091'): Tree {
  const secrets = Object.fromEntries(
    ['ldap', 'mail', 'duo', 'db', 'redis', 'sentinel'].map(name => [name, 'hunter2hunter2\n']),
  )
  const yml = `domain: example.com\nauthelia: { ${authelia} }\n${deploy === '' ? '' : `deploy: ${deploy}\n`}${more}`
  const text = autheliaFiles(houseOf(t, yml, secrets))[0]?.content ?? ''
  t.notMatch(text, /hunter2/, 'no secret is in it')
  const tree = merged(text, KEYS)
  if (!more.includes('oidc_apps')) delete tree.identity_providers
  t.strictSame(schemaFaults(tree), [], 'valid')
  return tree
}

t.test("Authelia's schema is a judge", async t => {
  t.match(schemaFaults({ sesion: {} }).join('\n'), 'must NOT have additional properties')
  t.match(schemaFaults({ theme: 'pink' }).join('\n'), 'must be equal to one of')
})

t.test('where Authelia listens', async t => {
  const table: readonly [url: string, address: string][] = [
    ['http://127.0.0.1:9091', 'tcp://127.0.0.1:9091/'],
    ['http://localhost:9092', 'tcp://127.0.0.1:9092/'],
    ['"http://[::1]:9091"', 'tcp://[::1]:9091/'],
    ['http://authelia:9091', 'tcp://:9091/'],
    // Somewhere behind a server of its own.
    ['https://auth.example.com', 'tcp://127.0.0.1:9091/'],
  ]
  for (const [url, address] of table) {
    const yml = `domain: example.com\nauthelia: { url: ${url} }\n${APPS}`
    const tree = merged(autheliaFiles(houseOf(t, yml))[0]?.content ?? '')
    t.match(tree.server, { address, buffers: { read: 32_768 } })
  }
  const secure = houseOf(t, `domain: example.com\nauthelia: { url: https://10.0.0.5:9091 }\n${APPS}`)
  t.throws(() => autheliaFiles(secure), {
    name: 'HouseError',
    hint: 'authelia: { url: http://127.0.0.1:9091 }',
  })
})

t.test('a password in a header counts only where an app takes it', async t => {
  const strategies = (tree: Tree) => (tree.server as Tree).endpoints
  const cookie = { authn_strategies: [{ name: 'CookieSession' }] }
  t.match(strategies(rendered(t, '')), { authz: { 'forward-auth': cookie } })
  const basic = APPS.replace('8080"', '8080", basic: authelia')
  const both = [{ name: 'HeaderAuthorization', schemes: ['basic'] }, { name: 'CookieSession' }]
  t.match(strategies(rendered(t, '', basic)), { authz: { 'forward-auth': { authn_strategies: both } } })
})

t.test('users: the file, or a directory of each kind', async t => {
  t.match(rendered(t, '').authentication_backend, {
    file: { path: '/etc/gatehouse/users_database.yml', watch: true, password: { algorithm: 'argon2' } },
    password_reset: { disable: false },
  })
  t.match(rendered(t, '{ folder: /srv/gate, users: { file: people.yml }, reset_password: false }'), {
    authentication_backend: { file: { path: '/srv/gate/people.yml' }, password_reset: { disable: true } },
    identity_validation: { reset_password: undefined },
  })
  for (const kind of ['custom', 'activedirectory', 'freeipa', 'lldap', 'glauth', 'rfc2307bis']) {
    const { authentication_backend } = rendered(
      t,
      `{ users: { ldap: { address: "ldaps://ldap.example.com", implementation: ${kind}, base_dn: "dc=example,dc=com", user: "cn=a", password: { file: ldap } } } }`,
    )
    const { ldap, file } = authentication_backend as { ldap: Tree; file?: Tree }
    t.equal(file, undefined, 'one of the two')
    t.match(ldap, { address: 'ldaps://ldap.example.com:636', implementation: kind, user: 'cn=a' })
    // What Authelia's validator asks of a filter (internal/configuration/validator/authentication.go).
    t.match(ldap.users_filter, /^\(.*\{username_attribute\}.*\{input\}.*\)$/, kind)
    t.match(ldap.groups_filter, /^\(.*\{dn\}.*\)$/, kind)
    t.equal(ldap.password, undefined)
  }
})

t.test('second factors and what a password must have', async t => {
  t.match(rendered(t, ''), {
    totp: { disable: false, issuer: 'example.com' },
    webauthn: { disable: false },
    duo_api: undefined,
    password_policy: { zxcvbn: { enabled: true, min_score: 3 }, standard: undefined },
  })
  const other = rendered(
    t,
    '{ second_factor: { totp: false, webauthn: false, duo: { hostname: api-1.duosecurity.com, integration_key: ABC, secret: { file: duo } } }, password_policy: { min_length: 12, min_score: 0 } }',
  )
  t.match(other, {
    totp: { disable: true },
    webauthn: { disable: true },
    duo_api: {
      disable: false,
      hostname: 'api-1.duosecurity.com',
      integration_key: 'ABC',
      secret_key: undefined,
    },
    password_policy: { standard: { enabled: true, min_length: 12 }, zxcvbn: undefined },
  })
})

t.test('sessions: durations, and Redis alone, by socket and by sentinels', async t => {
  t.match(
    rendered(
      t,
      '{ session: { expiration: 90m, remember_me: 0s } }',
      APPS,
      'url: http://127.0.0.1:9091, inactivity: 10m, cookie: house',
    ).session,
    {
      name: 'house',
      inactivity: '10m',
      expiration: '1h30m',
      remember_me: -1,
      redis: undefined,
    },
  )
  t.strictSame(
    (rendered(t, '{ redis: { username: a, password: { file: redis }, database: 3 } }').session as Tree).redis,
    {
      host: '127.0.0.1',
      port: 6379,
      username: 'a',
      database_index: 3,
    },
  )
  t.strictSame((rendered(t, '{ redis: { host: /run/redis/redis.sock } }').session as Tree).redis, {
    host: '/run/redis/redis.sock',
    database_index: 0,
  })
  const sentinel =
    '{ redis: { sentinel: { name: main, nodes: ["tcp://10.0.0.2", "tcp://[fd00::1]:5000"], username: s, password: { file: sentinel } } } }'
  t.strictSame(
    (rendered(t, sentinel).session as Tree).redis,
    {
      database_index: 0,
      high_availability: {
        sentinel_name: 'main',
        sentinel_username: 's',
        nodes: [
          { host: '10.0.0.2', port: 26_379 },
          { host: '[fd00::1]', port: 5000 },
        ],
      },
    },
    'no host beside the nodes: it would be asked as a sentinel',
  )
})

t.test('storage and mail', async t => {
  t.strictSame(rendered(t, '').storage, { local: { path: '/var/lib/authelia/db.sqlite3' } })
  t.strictSame(
    rendered(t, '{ storage: { mysql: { address: "tcp://db.example.com", password: { file: db } } } }')
      .storage,
    {
      mysql: { address: 'tcp://db.example.com:3306', database: 'authelia', username: 'authelia' },
    },
  )
  t.strictSame(
    rendered(
      t,
      '{ storage: { postgres: { address: "tcp://10.0.0.9:5433", username: u, database: d, password: { file: db } } } }',
    ).storage,
    {
      postgres: { address: 'tcp://10.0.0.9:5433', database: 'd', username: 'u' },
    },
  )
  t.match(rendered(t, '').notifier, { filesystem: { filename: '/var/lib/authelia/notification.txt' } })
  const mail = (address: string) =>
    (
      rendered(
        t,
        `{ mail: { address: "${address}", username: a, password: { file: mail }, sender: "The Gate <gate@example.com>" } }`,
      ).notifier as Tree
    ).smtp
  t.match(mail('submissions://smtp.example.com'), {
    address: 'submissions://smtp.example.com:465',
    identifier: 'auth.example.com',
    startup_check_address: 'gate@example.com',
    disable_require_tls: false,
    password: undefined,
  })
  t.match(mail('smtp://127.0.0.1'), { address: 'smtp://127.0.0.1:25', disable_require_tls: true })
})

t.test('secrets: each by a file, named as Authelia names them', async t => {
  const yml = `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
deploy:
  users: { ldap: { address: ldaps://l.example.com, base_dn: dc=x, user: cn=a, password: { file: ldap } } }
  second_factor: { duo: { hostname: h, integration_key: i, secret: { file: duo } } }
  mail: { address: smtp://m.example.com, username: a, password: { file: mail }, sender: a@example.com }
  storage: { postgres: { address: tcp://d, password: { file: db } } }
  redis: { password: { file: redis }, sentinel: { name: m, nodes: [tcp://s], password: { file: sentinel } } }
${WIKI}`
  const files = Object.fromEntries(
    ['ldap', 'duo', 'mail', 'db', 'redis', 'sentinel'].map(name => [name, 'x\n']),
  )
  const secrets = autheliaSecrets(houseOf(t, yml, files).config)
  t.strictSame(
    secrets.map(({ variable }) => variable),
    [
      'AUTHELIA_DUO_API_SECRET_KEY_FILE',
      'AUTHELIA_IDENTITY_VALIDATION_RESET_PASSWORD_JWT_SECRET_FILE',
      'AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE',
      'AUTHELIA_SESSION_SECRET_FILE',
      'AUTHELIA_SESSION_REDIS_PASSWORD_FILE',
      'AUTHELIA_SESSION_REDIS_HIGH_AVAILABILITY_SENTINEL_PASSWORD_FILE',
      'AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE',
      'AUTHELIA_STORAGE_POSTGRES_PASSWORD_FILE',
      'AUTHELIA_NOTIFIER_SMTP_PASSWORD_FILE',
      'AUTHELIA_IDENTITY_PROVIDERS_OIDC_HMAC_SECRET_FILE',
    ],
  )
  t.match(secrets[4], { credential: 'session-redis-password', file: /\/redis$/ })
  const bare = autheliaSecrets(
    houseOf(
      t,
      `domain: example.com\nauthelia: { url: "http://127.0.0.1:1" }\ndeploy: { reset_password: false }\n${APPS}`,
    ).config,
  )
  t.strictSame(
    bare.map(({ key }) => key),
    ['session.secret', 'storage.encryption_key'],
  )
})

t.test('the files that Authelia is started with', async t => {
  const files = (more: string) =>
    configurationFiles(
      houseOf(t, `domain: example.com\nauthelia: { url: "http://127.0.0.1:1" }\n${more}`, {
        'more.yml': 'theme: dark\n',
      }),
      '%d/keys.yml',
    )
  const own = '/etc/gatehouse/house/current/authelia/configuration.yml'
  t.strictSame(files(APPS), [own], 'keys without a client are refused')
  t.strictSame(files(`deploy: { authelia_more: more.yml }\n${WIKI}`), [
    own,
    '%d/keys.yml',
    '/etc/gatehouse/more.yml',
  ])
})

t.test('with the built-in portal there is no Authelia', async t => {
  const house = houseOf(t, `domain: example.com\nportal: { users: u.yml }\n${APPS}`, {
    'u.yml': 'users: {}\n',
  })
  t.strictSame(autheliaFiles(house), [])
})

t.test('clients come with their digest and what they need of policies and claims', async t => {
  const tree = rendered(
    t,
    '',
    `oidc_apps:
  wiki: { kind: custom, url: https://wiki.example.com, policy: two_factor, groups: [family, "the \\"others\\""], consent: explicit, client: { redirect_uris: [https://wiki.example.com/cb], id_token_claims: [email, groups], token_endpoint_auth_method: client_secret_post, pkce: off } }
  deny: { kind: custom, url: https://deny.example.com, policy: deny, client: { redirect_uris: [https://deny.example.com/cb] } }
  spa: { kind: custom, url: "https://spa.example.com:8443", client_id: the-spa, client: { public: true, redirect_uris: ["https://spa.example.com:8443/", "app.spa:/cb"] } }
`,
  )
  const { oidc } = tree.identity_providers as { oidc: Tree }
  t.match(oidc, {
    jwks: [{ key_id: 'gatehouse' }],
    cors: { allowed_origins: ['https://spa.example.com:8443'] },
    authorization_policies: {
      app_wiki: {
        default_policy: 'deny',
        rules: [{ policy: 'two_factor', subject: [['group:family'], ['group:the "others"']] }],
      },
      // Authelia takes no `deny` from a client.
      app_deny: { default_policy: 'deny', rules: [{ policy: 'deny', networks: ['0.0.0.0/0', '::/0'] }] },
    },
    claims_policies: { app_wiki: { id_token: ['email', 'groups'] } },
    clients: [
      {
        client_id: 'wiki',
        client_secret: DIGEST,
        public: false,
        authorization_policy: 'app_wiki',
        claims_policy: 'app_wiki',
        consent_mode: 'explicit',
        require_pkce: false,
        token_endpoint_auth_method: 'client_secret_post',
      },
      { client_id: 'deny', authorization_policy: 'app_deny' },
      {
        client_id: 'the-spa',
        client_secret: undefined,
        public: true,
        authorization_policy: 'one_factor',
        require_pkce: true,
        pkce_challenge_method: 'S256',
        token_endpoint_auth_method: 'none',
      },
    ],
  })
})

t.test(
  'a claim that says whether somebody is in a group: attribute, policy and scope belong together',
  async t => {
    const cloud = (name: string, group: string) =>
      `  ${name}: { kind: nextcloud-oidc-login, url: "https://${name}.example.com", settings: { admin_group: '${group}' } }\n`
    const tree = rendered(t, '', `oidc_apps:\n${cloud('a-cloud', 'admins')}${cloud('other', 'the "it"')}`)
    t.strictSame(tree.definitions, {
      user_attributes: {
        app_a_cloud_is_nextcloud_admin: { expression: '"admins" in groups' },
        app_other_is_nextcloud_admin: { expression: '"the \\"it\\"" in groups' },
      },
    })
    t.match(tree.identity_providers, {
      oidc: {
        scopes: { nextcloud_userinfo: { claims: ['is_nextcloud_admin'] } },
        claims_policies: {
          'app_a-cloud': {
            custom_claims: { is_nextcloud_admin: { attribute: 'app_a_cloud_is_nextcloud_admin' } },
          },
        },
        clients: [{ claims_policy: 'app_a-cloud' }, { claims_policy: 'app_other' }],
      },
    })
    const { clients } = (tree.identity_providers as { oidc: { clients: Tree[] } }).oidc
    t.ok(clients.every(({ scopes }) => (scopes as string[]).includes('nextcloud_userinfo')))
  },
)
