import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { planOf } from '../../src/deploy/plan.ts'
import { sheetFiles, sheetOf } from '../../src/deploy/sheets.ts'
import type { House } from '../../src/deploy/types.ts'
import { configOf } from '../support/config-of.ts'

const config = configOf(
  '/etc/gatehouse',
  `domain: example.com
public_port: 8443
portal: { users: users_database.yml }
apps:
  printer: { kind: octoprint, upstream: http://127.0.0.1:5000, policy: two_factor }
  papers: { kind: paperless, host: docs.example.com, upstream: 'unix:/run/papers.sock', identity_headers: { X-Me: user } }
  camera: { upstream: http://10.0.0.9:8080 }
oidc_apps:
  pve: { kind: proxmox, url: 'https://pve.example.com:8006' }
`,
)
const house: House = {
  config,
  current: '/etc/gatehouse/house/current',
  digest: () => undefined,
  snippet: path => readFileSync(join(import.meta.dirname, '..', '..', 'nginx', path), 'utf8'),
}

t.test('a sheet for each app that has a kind, in the tree and without the secret', async t => {
  const files = sheetFiles(house)
  t.strictSame(
    files.map(({ path, mode }) => [path, mode]),
    ['pve', 'printer', 'papers'].map(name => [`sheets/${name}.md`, 0o644]),
  )
  t.match(files[0]?.content, 'gatehouse secret show pve')
  t.match(files[0]?.about, 'Proxmox VE (pve)')
  t.ok(
    planOf(house).files.some(({ path }) => path === 'sheets/printer.md'),
    'it is part of the plan',
  )
})

t.test('the real values: host, port, socket, headers', async t => {
  const of = (name: string): string => JSON.stringify(sheetOf(config, name))
  t.match(of('printer'), 'https://printer.example.com:8443/.gatehouse/sign-out')
  t.match(of('printer'), '["Policy","two_factor"]')
  t.match(of('papers'), 'https://docs.example.com:8443')
  t.match(of('papers'), 'unix:/run/papers.sock')
  t.match(of('papers'), 'HTTP_X_ME')
  t.match(of('pve'), 'https://pve.example.com:8006')
})

t.test('an app without a kind has a sheet of what holds for any', async t => {
  const sheet = sheetOf(config, 'camera')
  t.equal(sheet?.title, 'Another app')
  t.match(sheet?.warnings, [/another machine/])
  t.equal(sheetOf(config, 'nobody'), undefined)
})

t.test('the secret stands in a sheet that is asked for it', async t => {
  t.match(JSON.stringify(sheetOf(config, 'pve', 'hunter2-in-the-clear')), 'hunter2-in-the-clear')
  t.notMatch(JSON.stringify(sheetOf(config, 'pve')), 'hunter2')
})
