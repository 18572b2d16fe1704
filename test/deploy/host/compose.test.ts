import { spawnSync } from 'node:child_process'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { composeFile, composeNginx } from '../../../src/deploy/host/compose.ts'
import { nginxFiles } from '../../../src/deploy/nginx/files.ts'
import { ROOT } from '../../house/files.ts'
import { find, without } from '../../support/programs.ts'
import { houseOf } from '../houses.ts'
import { certify, writeAll } from '../nginx/rendered.ts'

const APPS = `apps: { cam: { upstream: "http://cam:8080" } }
oidc_apps: { wiki: { kind: custom, url: "https://w.example.com:8443", upstream: "http://wiki:80", client: { redirect_uris: "https://w.example.com:8443/c" } } }
deploy: { nginx: { resolver: 127.0.0.11 } }
`
const AUTHELIA = `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\n${APPS}`
const PORTAL = `domain: example.com\nportal: { users: users.yml }\n${APPS}`

interface Service {
  readonly [key: string]: unknown
  readonly ports?: readonly string[]
  readonly volumes?: readonly { source: string; target: string; read_only: boolean }[]
  readonly secrets?: readonly (string | { source: string; target: string })[]
  readonly command: readonly string[]
}
interface Compose {
  readonly services: Readonly<Record<string, Service>>
  readonly secrets: Readonly<Record<string, { file: string }>>
}
const composeOf = (test: Parameters<typeof houseOf>[0], yml: string): Compose =>
  parse(composeFile(houseOf(test, yml, { 'users.yml': 'users: {}\n' }))) as Compose

t.test('NGINX alone is to be reached; the others share its loopback', async t => {
  const { services } = composeOf(t, AUTHELIA)
  t.strictSame(Object.keys(services), ['nginx', 'gatehouse', 'authelia'])
  t.strictSame(services.nginx?.ports, ['80:80', '443:443', '8443:8443'])
  for (const name of ['gatehouse', 'authelia']) {
    t.equal(services[name]?.network_mode, 'service:nginx', name)
    t.equal(services[name]?.ports, undefined, name)
  }
})

t.test('no container is root, writes where it likes, or may get more rights', async t => {
  for (const yml of [AUTHELIA, PORTAL])
    for (const [name, service] of Object.entries(composeOf(t, yml).services))
      t.match(
        service,
        {
          user: /^\$\{HOUSE_UID:\?/,
          read_only: true,
          cap_drop: ['ALL'],
          security_opt: ['no-new-privileges:true'],
        },
        name,
      )
})

t.test('secrets come as files, each to whom it is for', async t => {
  const authelia = composeOf(t, AUTHELIA)
  const told = authelia.services.authelia?.secrets ?? []
  t.strictSame(Object.keys(authelia.secrets), told)
  t.match(authelia.services.authelia?.environment, {
    AUTHELIA_SESSION_SECRET_FILE: '/run/secrets/session-secret',
  })
  t.equal(authelia.services.gatehouse?.secrets, undefined)
  const portal = composeOf(t, PORTAL)
  t.strictSame(portal.services.gatehouse?.secrets, [
    { source: 'oidc.key.pem', target: '/run/secrets/gatehouse/oidc/key.pem' },
    { source: 'clients.wiki.digest', target: '/run/secrets/gatehouse/clients/wiki.digest' },
  ])
  t.match(
    portal.services.gatehouse?.command.join(' '),
    '--secrets /run/secrets/gatehouse --state /var/lib/gatehouse',
  )
  for (const yml of [AUTHELIA, PORTAL]) {
    const { services } = composeOf(t, yml)
    t.strictSame(
      services.nginx?.volumes?.map(({ source, read_only }) => [source, read_only]),
      [
        ['/etc/gatehouse/house', true],
        ['/etc/gatehouse/secrets/certificates', true],
      ],
      'NGINX sees the certificates, and no other secret',
    )
  }
})

t.test("NGINX accepts the container's main file", { skip: without('nginx') }, async t => {
  const made = houseOf(t, AUTHELIA)
  const folder = t.testdirName
  const { config } = made
  const house = {
    ...made,
    current: join(folder, 'house', 'current'),
    config: { ...config, deploy: { ...config.deploy, folder } },
  }
  await certify(house)
  writeAll(house.current, nginxFiles(house))
  mkdirSync(join(folder, 'tmp'))
  // In its container these are memory and its own folders.
  const main = composeNginx(house)
    .replace('/dev/stdout', 'off')
    .replace('pid /run/', `pid ${folder}/`)
    .replaceAll('temp_path /tmp/', `temp_path ${folder}/tmp/`)
  writeFileSync(join(folder, 'nginx.conf'), main)
  const run = spawnSync(
    find('nginx') ?? 'nginx',
    ['-t', '-q', '-e', 'stderr', '-c', join(folder, 'nginx.conf')],
    {
      encoding: 'utf8',
    },
  )
  t.equal(run.stderr, '')
})

t.test("the image has all that runs, and its program is the package's own", async t => {
  const file = readFileSync(join(ROOT, 'Dockerfile'), 'utf8')
  const copied = [...file.matchAll(/^COPY (.+) \S+$/gm)].flatMap(([, names = '']) => names.split(' '))
  t.strictSame(copied.sort(), ['bin', 'nginx', 'package-lock.json', 'package.json', 'src'])
  t.notMatch(file, /^USER (root|0)/m)
})

const compose = (): boolean => spawnSync('docker', ['compose', 'version']).status === 0
t.test(
  'docker compose reads it',
  { skip: compose() ? false : 'no docker compose on this machine' },
  async t => {
    const file = join(t.testdir(), 'compose.yml')
    writeFileSync(file, composeFile(houseOf(t, AUTHELIA)))
    const env = { ...process.env, HOUSE_UID: '1000', HOUSE_GID: '1000' }
    const run = spawnSync('docker', ['compose', '--file', file, 'config', '--quiet'], {
      encoding: 'utf8',
      env,
    })
    t.equal(run.status, 0, run.stderr)
  },
)
