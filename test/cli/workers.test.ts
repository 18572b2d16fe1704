import { spawnSync } from 'node:child_process'
import { renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t, { type Test } from 'tap'
import { app, ask, askSlowly, freePort, OLD, type Running, serve, slowApp, textOf } from './gatehouse.ts'

const isThere = (pid: number) => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

async function gone(pids: readonly number[]): Promise<void> {
  while (pids.some(isThere)) await new Promise(resolve => setTimeout(resolve, 10))
}

const pidsOf = ({ lines }: Running) =>
  lines.filter(({ msg }) => msg === 'worker ready').map(({ pid }) => Number(pid))

/** Resolves when nobody new gets in. */
async function refused(port: number): Promise<void> {
  const how = () =>
    ask({ port }, 'one.example.com').then(
      () => '',
      error => error.code,
    )
  while ((await how()) !== 'ECONNREFUSED') await new Promise(setImmediate)
}

/** `gatehouse serve` with two workers and an open app, one of whose requests is under way. */
async function twoWorkers(t: Test, node?: string) {
  const { url: upstream, release } = await slowApp(t)
  const port = await freePort()
  const file = join(t.testdir(), 'gatehouse.yml')
  const put = (more = '') => {
    writeFileSync(
      `${file}.new`,
      `domain: example.com
workers: 2
listen: [{ address: "127.0.0.1:${port}" }]
authelia: { url: http://127.0.0.1:9 }
apps: { one: { upstream: "${upstream}", policy: bypass }${more} }
`,
    )
    renameSync(`${file}.new`, file)
  }
  put()
  const running = serve(t, file, node)
  const ready = await running.line('ready')
  t.match(ready, { workers: 2 })
  const slow = await askSlowly(port)
  return { running, port, put: (more: string) => put(more), upstream, slow, release }
}

for (const node of OLD ? [process.execPath, OLD] : [process.execPath]) {
  t.test(`several workers, started by ${node}`, async t => {
    const { running, port, slow, release, put, upstream } = await twoWorkers(t, node)
    const pids = pidsOf(running)
    t.equal(new Set(pids).size, 2)
    put(`, two: { upstream: "${upstream}", policy: bypass }`)
    t.match(await running.line('configuration reloaded'), { apps: 2, workers: 2 })
    const answers = await Promise.all(Array.from({ length: 20 }, () => ask({ port }, 'two.example.com')))
    t.ok(answers.every(({ status }) => status === 200))
    running.child.kill('SIGHUP')
    await running.line('configuration reloaded')

    // As Ctrl-C and systemd do it: every process is signalled.
    for (const pid of pids) process.kill(pid, 'SIGINT')
    for (const pid of pids) process.kill(pid, 'SIGTERM')
    running.child.kill('SIGTERM')
    await running.line('finishing what is under way; once more to stop at once')
    await refused(port)
    release()
    t.equal(await textOf(slow), 'begun ended')
    await running.line('stopped')
    t.strictSame(await running.exit, { code: 0, signal: null })
    t.equal(running.stderr(), '')
    await gone(pids)
  })
}

t.test('a second signal ends all of them at once', async t => {
  const { running, slow } = await twoWorkers(t)
  running.child.kill('SIGTERM')
  await running.line('finishing what is under way; once more to stop at once')
  await new Promise(resolve => setTimeout(resolve, 600))
  running.child.kill('SIGTERM')
  t.strictSame(await running.exit, { code: 143, signal: null })
  await t.rejects(textOf(slow), { code: 'ECONNRESET' })
  await gone(pidsOf(running))
})

t.test('workers end with the first process, however that ends', async t => {
  const { running, port } = await twoWorkers(t)
  const pids = pidsOf(running)
  running.child.kill('SIGKILL')
  await running.exit
  await gone(pids)
  await t.rejects(ask({ port }, 'one.example.com'), { code: 'ECONNREFUSED' })
})

t.test('what keeps them from starting is said once, in words', async t => {
  const port = await freePort()
  const file = join(t.testdir(), 'gatehouse.yml')
  const blocker = await app(t, (_req, res) => void res.end())
  writeFileSync(
    file,
    `domain: example.com
workers: 2
listen: [{ address: "127.0.0.1:${port}" }, { address: "${blocker.replace('http://', '')}" }]
authelia: { url: http://127.0.0.1:9 }
apps: { one: { upstream: "http://127.0.0.1:9", policy: bypass } }
`,
  )
  const running = serve(t, file)
  t.strictSame(await running.exit, { code: 1, signal: null })
  t.match(
    running.stderr(),
    /^Another program listens on 127\.0\.0\.1 port \d+ already\.\n {2}Find it[^\n]*\n$/,
  )
})

t.test('the file that workers begin with is no command', async t => {
  const entry = join(import.meta.dirname, '..', '..', 'src', 'server', 'workers', 'entry.ts')
  const run = spawnSync(process.execPath, [entry], { encoding: 'utf8' })
  t.match(run, { status: 2, stderr: /a part of "gatehouse serve"/ })
})
