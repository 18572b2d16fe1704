import { chmodSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { AUTHELIA, PLAIN, PORTAL } from '../deploy/secrets/homes.ts'
import { gatehouse } from './gatehouse.ts'
import { typed } from './typed.ts'

const secret = (cwd: string, line: string) => typed(['secret', ...line.split(' ').filter(Boolean)], cwd)

t.test('make, list, show, from an empty folder', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': AUTHELIA })
  t.match(await secret(cwd, 'list'), {
    code: 1,
    stdout: /clients\/cloud +missing .*gatehouse secret make\n$/s,
  })
  t.match(await secret(cwd, 'show cloud'), { code: 1, stdout: '', stderr: /run: gatehouse secret make/ })
  const made = await secret(cwd, 'make')
  t.match(made, { code: 0, stdout: '', stderr: /made clients\/cloud\n.*secrets: 12 made\.\n$/s })
  t.match(await secret(cwd, 'make'), { code: 0, stderr: /^\S*secrets: 12 were there already\.\n$/ })

  const file = readFileSync(join(cwd, 'secrets/clients/cloud'), 'utf8')
  t.strictSame(await secret(cwd, 'show cloud'), { code: 0, stdout: file, stderr: '' })
  const list = await secret(cwd, 'list')
  t.match(list, {
    code: 0,
    stdout: /clients\/cloud +there +today +0600 +the client secret of cloud/,
    stderr: '',
  })
  const json = await secret(cwd, 'list --json')
  t.match(JSON.parse(json.stdout), {
    folder: join(cwd, 'secrets'),
    secrets: [{ there: true, mode: '0600', faults: [] }],
  })
  for (const { stdout, stderr } of [made, list, json])
    t.notMatch(stdout + stderr, file.trim(), 'no secret but by show')
})

t.test('list says what is wrong, and its exit code too', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': PORTAL })
  await secret(cwd, 'make')
  chmodSync(join(cwd, 'secrets/clients/cloud'), 0o644)
  chmodSync(join(cwd, 'secrets'), 0o755)
  t.match(await secret(cwd, 'list'), {
    code: 1,
    stdout:
      /WRONG.*secrets may be read by others than its owner \(0755\): chmod 700 .*clients\/cloud may be .*chmod 600/s,
  })
  chmodSync(join(cwd, 'secrets'), 0o700)
  rmSync(join(cwd, 'secrets/clients/cloud'))
  t.match(await secret(cwd, 'make'), {
    code: 1,
    stderr: /clients\/cloud\.digest is there, but clients\/cloud/,
  })
})

t.test('rotate says what to do next', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': PORTAL })
  await secret(cwd, 'make')
  t.match(await secret(cwd, 'rotate cloud'), {
    code: 0,
    stdout: '',
    stderr:
      /^clients\/cloud is new; the old one stays aside\. Now:\n {2}- Write.*rotate clients\/cloud --forget\n/s,
  })
  t.match(await secret(cwd, 'list'), { code: 0, stdout: /clients\/cloud +new .*--forget or --undo/s })
  t.match(await secret(cwd, 'rotate cloud'), { code: 1, stderr: /still stands aside/ })
  t.match(await secret(cwd, 'rotate cloud --undo'), { code: 0, stderr: /is back/ })
  await secret(cwd, 'rotate cloud')
  t.match(await secret(cwd, 'rotate cloud --forget'), { code: 0, stderr: /The old clients\/cloud is gone/ })
})

t.test('what is typed wrong', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': PLAIN, 'bad.yml': 'domain: [\n' })
  const cases: [string, { code: number; stderr: RegExp }][] = [
    ['', { code: 2, stderr: /make\|list\|show\|rotate is missing/ }],
    ['mak', { code: 2, stderr: /has no "mak"\. Did you mean make\?/ }],
    ['constructor', { code: 2, stderr: /It has make, list, show, rotate/ }],
    ['show', { code: 2, stderr: /Which one\? gatehouse secret show NAME/ }],
    ['list x', { code: 2, stderr: /"x" is one word too many/ }],
    ['make --json', { code: 2, stderr: /--json belongs to list/ }],
    ['make --undo', { code: 2, stderr: /--undo belongs to rotate/ }],
    ['rotate x --undo --forget', { code: 2, stderr: /not both/ }],
    ['show sesion', { code: 1, stderr: /no secret sesion: gatehouse secret list/ }],
    ['show authelia/sesion', { code: 1, stderr: /did you mean authelia\/session\?/ }],
    ['make --config bad.yml', { code: 1, stderr: /bad\.yml:1/ }],
  ]
  for (const [line, result] of cases) t.match(await secret(cwd, line), { stdout: '', ...result }, line)
})

t.test('the real program, with a portal whose users are not there yet', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': PORTAL })
  t.match(gatehouse(['secret', 'make'], { cwd }), { code: 0 })
  t.match(gatehouse(['secret', 'show', 'clients/cloud'], { cwd }).stdout, /^[A-Za-z0-9]{64}\n$/)
})
