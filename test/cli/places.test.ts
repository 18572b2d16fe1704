import t from 'tap'
import { placed } from '../../src/cli/places.ts'
import { secretFile } from '../../src/config/secret-files.ts'
import { configIn } from '../deploy/houses.ts'
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
  const config = configIn(t.testdir({ 'gatehouse.yml': YML, 'users.yml': 'users: {}\n' }))
  const world = { cwd: '/somewhere' } as Parameters<typeof placed>[1]['world']
  const of = (given: Record<string, string>) =>
    placed({ config, faults: [], warnings: [], files: [] }, { given, world, flags: new Set(), words: [] })
      .config
  const told = of({ secrets: '/run/credentials/gatehouse.service', state: 'state' })
  t.equal(told?.secrets, '/run/credentials/gatehouse.service')
  t.equal(told?.portal?.totp, '/somewhere/state/totp.json')
  t.strictSame(of({}), config)
})

t.test('the help names both', async t => {
  t.match(gatehouse(['serve', '--help']).stdout, /--secrets FOLDER[\s\S]*--state FOLDER/)
})
