import { readFileSync, statSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { typed } from './typed.ts'

const YML = `domain: example.com
portal: { users: users_database.yml }
apps:
  printer: { kind: octoprint, upstream: http://127.0.0.1:5000 }
  camera: { upstream: http://127.0.0.1:8080, policy: bypass }
  gitea: { kind: miniflux, upstream: http://127.0.0.1:8081 }
oidc_apps:
  pve: { kind: proxmox, url: 'https://pve.example.com:8006' }
  desk: { kind: guacamole, url: 'https://desk.example.com' }
`
const apps = (cwd: string, ...args: string[]) => typed(['apps', ...args], cwd)

t.test('the list: what is configured, and what is known', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  const { code, stdout, stderr } = await apps(cwd)
  t.equal(code, 0)
  t.equal(stderr, '')
  t.match(
    stdout,
    /^In your gatehouse\.yml:\n\n {2}printer +OctoPrint +headers +https:\/\/printer\.example\.com\n/,
  )
  t.match(stdout, /\n {2}pve +Proxmox VE +OpenID Connect +https:\/\/pve\.example\.com:8006\n/)
  t.match(stdout, /\n {2}radicale +Radicale +headers +Radicale 3\.1\.8/)
  t.match(stdout, /\n {2}custom +Another app +OpenID Connect/)
  const json = JSON.parse((await apps(cwd, '--json')).stdout)
  t.match(json.configured, [{ name: 'printer', kind: 'octoprint', way: 'headers' }])
  t.match(
    json.known.find((one: { kind: string }) => one.kind === 'proxmox'),
    { title: 'Proxmox VE', way: 'openid' },
  )
})

t.test('the list without a configuration, and with a broken one', async t => {
  const bare = await apps(t.testdir({}), '--json')
  t.equal(bare.code, 0)
  t.equal(JSON.parse(bare.stdout).configured, null)
  const broken = await apps(t.testdir({ 'gatehouse.yml': 'domain: example.com\n' }))
  t.match(broken, { code: 1, stdout: /^Known apps:/, stderr: /gatehouse\.yml:1/ }, 'it lists all the same')
})

t.test('the sheet of an app has its own values', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  const { code, stdout, stderr } = await apps(cwd, 'show', 'printer')
  t.match({ code, stderr }, { code: 0, stderr: '' })
  t.match(stdout, /^OctoPrint: printer \(identity headers\)\n/)
  t.match(stdout, 'https://printer.example.com/.gatehouse/sign-out')
  t.notMatch(stdout, /\u001b|example values|are examples/)
  t.match((await apps(cwd, 'show', 'camera')).stdout, /Warning\n.*`bypass`: strangers pass/)
  t.match(
    (await apps(cwd, 'show', 'gitea')).stdout,
    /^Miniflux: gitea/,
    'the name of an app wins over a kind',
  )
})

t.test('the sheet of a kind has example values, and says so', async t => {
  const cwd = t.testdir({})
  t.match(await apps(cwd, 'show', 'radicale'), {
    code: 0,
    stdout: /are examples.*hosts = 127\.0\.0\.1:5232/s,
  })
  t.match(await apps(cwd, 'show', 'seafile'), {
    stdout: /^Seafile: seafile \(OpenID Connect\)/i,
    stderr: 'seafile can also be told by headers: gatehouse apps show seafile --by headers\n',
  })
  t.match(await apps(cwd, 'show', 'seafile', '--by', 'headers'), {
    stdout: /^Seafile: seafile \(identity headers\)/,
    stderr: '',
  })
})

t.test('the secret: masked, shown, not there, or not needed', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  t.match(await apps(cwd, 'show', 'pve'), { code: 0, stdout: /`SECRET-OF-pve`.*gatehouse secret show pve/s })
  t.match(await apps(cwd, 'show', 'pve', '--show-secret'), {
    code: 1,
    stdout: '',
    stderr: /gatehouse secret make/,
  })
  await typed(['secret', 'make'], cwd)
  const secret = readFileSync(join(cwd, 'secrets/clients/pve'), 'utf8').trim()
  t.notMatch((await apps(cwd, 'show', 'pve')).stdout, secret)
  t.match((await apps(cwd, 'show', 'pve', '--show-secret')).stdout, secret)
  t.match(await apps(cwd, 'show', 'desk', '--show-secret'), { code: 0, stdout: /^Apache Guacamole/ })

  const out = await apps(cwd, 'show', 'pve', '--show-secret', '--out', 'pve.html')
  t.match(out, { code: 0, stdout: '', stderr: /wrote .*pve\.html, which only its owner may read\n/ })
  t.match(readFileSync(join(cwd, 'pve.html'), 'utf8'), secret)
  t.equal(statSync(join(cwd, 'pve.html')).mode & 0o777, 0o600)
})

t.test('formats, and files', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  t.match((await apps(cwd, 'show', 'printer', '--format', 'markdown')).stdout, /^# OctoPrint: printer\n/)
  t.match((await apps(cwd, 'show', 'printer', '--format', 'html')).stdout, /^<!doctype html>\n/)
  const begins = { 'a.md': '# OctoPrint', 'a.html': '<!doctype', 'a.txt': 'OctoPrint: printer' }
  for (const [file, begin] of Object.entries(begins)) {
    t.match(await apps(cwd, 'show', 'printer', '--out', file), { code: 0, stdout: '', stderr: /^wrote / })
    t.ok(readFileSync(join(cwd, file), 'utf8').startsWith(begin), file)
  }
  const bad = await apps(cwd, 'show', 'printer', '--out', 'no/such/folder.md')
  t.match(bad, { code: 1, stderr: /folder\.md cannot be written/ })
  const colour = await typed(['apps', 'show', 'printer'], cwd, { isTTY: true })
  t.match(colour.stdout, '\u001b[1m')
})

t.test('what is typed wrong', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  const table: readonly [string, number, RegExp][] = [
    ['show prnter', 1, /no app and no kind "prnter"\. Did you mean "gatehouse apps show printer"\?/],
    ['show nextclud', 1, /apps show nextcloud/],
    ['show zzzzzzzz', 1, /"gatehouse apps" lists/],
    ['show', 2, /Which one\?/],
    ['shwo printer', 2, /Did you mean "gatehouse apps show"\?/],
    ['printer', 2, /Did you mean "gatehouse apps show printer"\?/],
    ['show printer --format pdf', 2, /pdf is none of text, markdown, html/],
    ['show seafile --by magic', 2, /magic is none of openid, headers/],
    ['show proxmox --by headers', 2, /cannot be signed in to by headers/],
    ['--out x.md', 2, /--out belongs to/],
    ['show printer --json', 2, /--json belongs to/],
    ['show printer --config nowhere.yml', 1, /nowhere\.yml/],
  ]
  for (const [line, code, stderr] of table) {
    const said = await apps(cwd, ...line.split(' '))
    t.match(said, { code, stdout: '', stderr }, line)
  }
})
