import { join } from 'node:path'
import t from 'tap'
import type { Call } from '../../src/cli/command.ts'
import { readPlaced } from '../../src/cli/places.ts'
import { secretFile } from '../../src/config/secret-files.ts'
import { DIGEST } from '../deploy/houses.ts'
import { gatehouse } from './gatehouse.ts'

const YML =
  'domain: example.com\nportal: { users: users.yml }\napps: { cam: { upstream: "http://127.0.0.1:1" } }\n'

t.test("systemd's credentials have no folders", async t => {
  t.equal(secretFile('/etc/gatehouse/secrets', 'oidc/key.pem'), '/etc/gatehouse/secrets/oidc/key.pem')
  t.equal(
    secretFile('/run/credentials/gatehouse.service', 'clients/cloud.digest'),
    '/run/credentials/gatehouse.service/clients.cloud.digest',
  )
})

t.test('whoever runs the gateway says where its secrets are and where it may write', async t => {
  const oidc =
    'oidc_apps: { wiki: { kind: custom, url: "https://w.example.com", client: { redirect_uris: "https://w.example.com/c", public: true } } }\n'
  const folder = t.testdir({
    'gatehouse.yml': YML + oidc,
    'users.yml': `users: { bob: { displayname: Bob, email: bob@example.com, password: '${DIGEST}' } }\n`,
    told: { oidc: { 'key.pem': 'a key' } },
  })
  const world = { cwd: folder, clock: Date.now } as Call['world']
  const of = (given: Record<string, string>) =>
    readPlaced('gatehouse.yml', { given, world, flags: new Set(), words: [] })
  t.match(
    of({}).faults[0]?.message,
    /no key to sign with/,
    'the file says another folder, with nothing in it',
  )
  const { config, faults } = of({ secrets: 'told', state: 'state' })
  t.strictSame(faults, [])
  t.equal(config?.secrets, join(folder, 'told'))
  t.equal(config?.portal?.totp, join(folder, 'state/totp.json'))
})

t.test('the help names both', async t => {
  t.match(gatehouse(['serve', '--help']).stdout, /--secrets FOLDER[\s\S]*--state FOLDER/)
})
