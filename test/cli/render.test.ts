import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { machine } from '../../src/config/host.ts'
import { openHouse } from '../../src/deploy/house.ts'
import { planOf } from '../../src/deploy/plan.ts'
import { writeTree } from '../../src/deploy/tree/write-tree.ts'
import { configIn, makeDigests } from '../deploy/houses.ts'
import { gatehouse } from './gatehouse.ts'

const APP =
  'oidc_apps:\n  wiki: { kind: custom, url: https://wiki.example.com, client: { redirect_uris: [https://wiki.example.com/cb] } }\n'

/** A home whose `deploy.folder` lies in the test's own folder. */
function home(t: Test, more = '') {
  const cwd = t.testdir({})
  const yml = `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\ndeploy: { folder: ${cwd}/target }\napps: { cam: { upstream: "http://127.0.0.1:8080" } }\n${more}`
  writeFileSync(join(cwd, 'gatehouse.yml'), yml)
  const plan = () => planOf(openHouse(configIn(cwd), machine(cwd, Date.now)))
  return { cwd, plan, current: join(cwd, 'target', 'house', 'current') }
}

t.test('--out writes the plan and lists it', async t => {
  const { cwd, plan } = home(t)
  const { code, stdout, stderr } = gatehouse(['render', '--out', 'house'], { cwd })
  t.equal(code, 0, stderr)
  t.match(stderr, /files? written to .*\/house\. No secret is in them/)
  for (const { path, content } of plan().files) {
    t.equal(readFileSync(join(cwd, 'house', path), 'utf8'), content)
    t.ok(stdout.includes(path), path)
  }
  t.equal(gatehouse(['render', '--out', 'house'], { cwd }).code, 0, 'safe to run again')
})

t.test('--out never writes among other things', async t => {
  const { cwd } = home(t)
  const { code, stderr } = gatehouse(['render', '--out', '.'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /has other things in it\.\nName an empty folder/)
})

t.test('--diff: 1 and what is new, then 0, and it never changes anything', async t => {
  const { cwd, plan, current } = home(t)
  const { files } = plan()
  const [first] = files
  if (first === undefined) return t.fail('nothing is rendered')
  const fresh = gatehouse(['render', '--diff'], { cwd })
  t.equal(fresh.code, 1)
  t.match(fresh.stderr, /Nothing stands at .*current yet.*Nothing was changed/)
  t.ok(fresh.stdout.includes(`+++ then/${first.path}`))
  t.notOk(existsSync(join(cwd, 'target')))

  mkdirSync(current, { recursive: true })
  writeTree(current, files)
  t.match(gatehouse(['render', '--diff'], { cwd }), { code: 0, stdout: '', stderr: /Nothing would change/ })

  writeFileSync(join(current, first.path), `${first.content}# by hand\n`)
  const edited = gatehouse(['render', '--diff'], { cwd })
  t.match(edited, { code: 1, stderr: /^1 file would change/ })
  t.match(edited.stdout, '-# by hand')
  const json = gatehouse(['render', '--diff', '--json'], { cwd })
  t.match(JSON.parse(json.stdout), { current, changes: [{ path: first.path, kind: 'changed' }] })
})

t.test('what is missing is said with what to type', async t => {
  const { cwd } = home(t, APP)
  const { code, stderr } = gatehouse(['render', '--diff'], { cwd })
  t.equal(code, 1)
  t.match(stderr, /wiki: .*wiki\.digest does not exist\.\nTo make them: gatehouse secret make/)
  makeDigests(configIn(cwd))
  t.match(gatehouse(['render', '--diff'], { cwd }).stderr, /would change/)
})

t.test('wrong usage', async t => {
  const { cwd } = home(t)
  for (const args of [[], ['--out', 'x', '--diff'], ['--out', 'x', '--json']])
    t.equal(gatehouse(['render', ...args], { cwd }).code, 2, args.join(' '))
})
