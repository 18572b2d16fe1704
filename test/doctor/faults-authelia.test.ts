/** Deliberate faults of Authelia, its mail, users and secrets: the doctor names each, and only that. */
import { chmodSync, readFileSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { without } from '../support/programs.ts'
import { recordingUpstream } from '../support/upstream.ts'
import { goldenReport } from './golden.ts'
import { type Changes, DOMAIN, type Home, openHome, troubles, visit } from './house.ts'
import { leaf, root } from './leaf.ts'
import { mailServer } from './smtp.ts'

const PASSWORD = 'a-mail-password-nobody-knows'

/** Authelia's own configuration, as it is right. */
function configuration({ ports, folder }: Home): string {
  const digest = readFileSync(join(folder, 'secrets', 'clients', 'pve.digest'), 'utf8').trim()
  return `access_control:
  default_policy: deny
  rules:
    - { domain: cams.${DOMAIN}, policy: two_factor }
    - { domain: '*.${DOMAIN}', policy: one_factor }
session:
  cookies:
    - { domain: ${DOMAIN}, authelia_url: 'https://auth.${DOMAIN}:${ports.nginx}' }
authentication_backend: { file: { path: users_database.yml } }
identity_providers:
  oidc:
    clients:
      - { client_id: pve, client_secret: '${digest}', redirect_uris: ['https://pve.${DOMAIN}:${ports.pve}'] }
`
}

/** The house with Authelia instead of the built-in portal, and its mail server. */
async function withAuthelia(t: Test, home: Home) {
  const health = await recordingUpstream(t, (_request, response) => response.end('{"status":"OK"}'))
  const by = await root()
  const mail = await mailServer(t, PASSWORD, await leaf(home.folder, 'mail', by, ['localhost'], 60))
  const file = (name: string): string => join(home.folder, name)
  const write = (name: string, text: string): void => writeFileSync(file(name), text, { mode: 0o600 })
  write('configuration.yml', configuration(home))
  write('mail-password', `${PASSWORD}\n`)
  const authelia = `authelia:
  url: ${health.origin}
  portal: https://auth.${DOMAIN}:${home.ports.nginx}
  configuration: configuration.yml
deploy:
  mail:
    address: submission://localhost:${mail.port}
    username: auth@${DOMAIN}
    password: { file: mail-password }
    sender: Authelia <auth@${DOMAIN}>
`
  const changes: Changes = {
    yml: yml => yml.replace(/^portal: .*\n/m, authelia),
    outside: () => ({ trusted: () => [home.ca, by.pem] }),
  }
  return { changes, mail, file, write }
}

type Place = Awaited<ReturnType<typeof withAuthelia>>

interface Fault {
  readonly name: string
  /** Breaks it, and returns what mends it. */
  readonly breaks: (place: Place, home: Home) => () => void
  readonly finds: string
}

/** Writes a file otherwise. */
const rewritten =
  (name: string, change: (text: string) => string): Fault['breaks'] =>
  ({ file, write }) => {
    const before = readFileSync(file(name), 'utf8')
    const after = change(before)
    if (after === before) throw new Error(`nothing changes in ${name}`)
    write(name, after)
    return () => write(name, before)
  }

const moded =
  (name: string, mode: number): Fault['breaks'] =>
  ({ file }) => {
    chmodSync(file(name), mode)
    return () => chmodSync(file(name), 0o600)
  }

const FAULTS: readonly Fault[] = [
  {
    name: 'authelia-weaker',
    breaks: rewritten('configuration.yml', text => text.replace(/.*policy: two_factor.*\n/, '')),
    finds: 'fault access-control apps.cams',
  },
  {
    name: 'authelia-denies',
    breaks: rewritten('configuration.yml', text =>
      text.replace(`'*.${DOMAIN}', policy: one_factor`, `'*.${DOMAIN}', policy: deny`),
    ),
    finds: 'fault access-control apps.office',
  },
  {
    name: 'cookie-domain',
    breaks: rewritten('configuration.yml', text =>
      text.replace(`domain: ${DOMAIN}, authelia_url`, `domain: auth.${DOMAIN}, authelia_url`),
    ),
    finds: 'fault cookie-domain',
  },
  {
    name: 'client-secret-elsewhere',
    breaks: rewritten('configuration.yml', text =>
      text.replace(/client_secret: '[^']{90}/, part => `${part.slice(0, -4)}AAAA`),
    ),
    finds: 'fault client-secrets oidc_apps.pve',
  },
  {
    name: 'client-secret-mismatch',
    breaks: rewritten('secrets/clients/pve', text => `${text.trim()}x\n`),
    finds: 'fault client-secrets oidc_apps.pve',
  },
  {
    name: 'mail-password',
    breaks: rewritten('mail-password', () => 'another-password-nobody-knows\n'),
    finds: 'fault mail submission://localhost:',
  },
  {
    name: 'secret-readable',
    breaks: moded('secrets/clients/pve', 0o644),
    finds: 'fault secret-files',
  },
  {
    name: 'users-comma',
    breaks: rewritten('users_database.yml', text => text.replace('groups: [admins]', "groups: ['a,b']")),
    finds: 'fault users alice',
  },
  {
    name: 'users-yescrypt',
    breaks: rewritten('users_database.yml', text => text.replace(/'\$argon2id[^']*'/, "'$y$j9T$abc$def'")),
    finds: 'fault users',
  },
]

t.test('with Authelia', { skip: without('nginx') }, async t => {
  const home = await openHome(t)
  const place = await withAuthelia(t, home)

  t.test('a healthy house', async t => {
    t.strictSame(troubles(await visit(t, home, place.changes)), [])
    t.equal(place.mail.letters.length, 0, 'no letter is sent')
  })

  for (const { name, breaks, finds } of FAULTS) {
    t.test(name, async t => {
      t.teardown(breaks(place, home))
      const report = await visit(t, home, place.changes)
      const found = troubles(report)
      t.ok(found.length > 0, 'something is found')
      t.strictSame(
        found.filter(line => !line.startsWith(finds)),
        [],
        'nothing else is',
      )
      t.notMatch(JSON.stringify(report), /nobody-knows|\$argon2|\$pbkdf2|\$y\$j9T/, 'no secret is told')
      goldenReport(t, name, home, report)
    })
  }

  t.test('with --mail a letter is sent', async t => {
    const report = await visit(t, home, { ...place.changes, mailTo: `alice@${DOMAIN}` })
    t.strictSame(troubles(report), [])
    t.match(place.mail.letters, [/Subject: A letter from gatehouse doctor/])
  })

  t.test('Authelia is not there', async t => {
    const report = await visit(t, home, {
      ...place.changes,
      yml: yml => (place.changes.yml?.(yml) ?? yml).replace(/url: http:\S+/, 'url: http://127.0.0.1:9'),
    })
    t.strictSame(troubles(report), [`fault portal auth.${DOMAIN}`])
  })

  t.test('the gateway runs with an older configuration', async t => {
    const report = await visit(t, home, {
      ...place.changes,
      yml: yml =>
        `${place.changes.yml?.(yml) ?? yml}`.replace(
          '  office: ',
          '  newer: { upstream: "http://127.0.0.1:9" }\n  office: ',
        ),
    })
    t.ok(troubles(report).some(line => line.startsWith('fault gateway 127.0.0.1:')))
  })

  t.test('nothing runs at all', async t => {
    const server = createServer().listen(0, '127.0.0.1')
    await new Promise(resolve => server.once('listening', resolve))
    const { port } = server.address() as { port: number }
    await new Promise(resolve => server.close(resolve))
    const report = await visit(t, home, {
      yml: yml => yml.replace(`:${home.ports.proxy} }`, `:${port} }`),
    })
    t.match(troubles(report), [`fault gateway 127.0.0.1:${port}`])
  })
})
