import { existsSync } from 'node:fs'
import { createServer } from 'node:http'
import process from 'node:process'
import t from 'tap'
import { load } from '../../bench/lib/load.ts'
import { openStage } from '../../bench/lib/stage.ts'
import { without } from '../support/programs.ts'

const alive = (pid: number): boolean => {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}

t.test('what a stage started ends with it, and its files go', async t => {
  const stage = openStage()
  const folder = stage.folder('x')
  const early = stage.part().start('sleep', ['60'])
  const late = stage.start('sleep', ['60'], { core: 0 })
  const order: string[] = []
  stage.teardown(() => order.push('first in'))
  stage.teardown(() => order.push('last in'))
  t.ok(existsSync(folder) && alive(early.pid) && alive(late.pid))
  await Promise.all([stage.close(), stage.close()])
  t.strictSame(order, ['last in', 'first in'])
  t.notOk(existsSync(folder) || alive(early.pid) || alive(late.pid))
  t.throws(() => stage.start('sleep', ['60']), /the run has ended/)
})

t.test('a program that ends before it listens is a fault that says what it said', async t => {
  const stage = openStage()
  t.teardown(() => stage.close())
  const port = await stage.port()
  await t.rejects(stage.listens(stage.start('sh', ['-c', 'echo no luck']), port), /no luck/)
})

t.test(
  'the load generator asks for every session and every app in turn',
  { skip: without('wrk') },
  async t => {
    const stage = openStage()
    t.teardown(() => stage.close())
    const seen = new Set<string>()
    const server = createServer((request, response) => {
      seen.add(`${request.headers.host} ${request.headers.cookie}`)
      response.end('ok')
    }).listen(0, '127.0.0.1')
    t.teardown(() => server.closeAllConnections())
    t.teardown(() => server.close())
    await new Promise(resolve => server.once('listening', resolve))
    const address = server.address()
    const port = typeof address === 'object' ? (address?.port ?? 0) : 0
    const target = {
      port,
      headers: { Host: 'app1.example.test', Cookie: 'authelia_session=s1' },
      seconds: 1,
      core: 0,
    }
    const one = await load(stage, target)
    t.strictSame([...seen], ['app1.example.test authelia_session=s1'])
    t.ok(one.requests > 0 && one.p99 >= one.p50 && one.p50 > 0)
    t.equal(one.errors, 0)
    seen.clear()
    await load(stage, { ...target, rotate: { sessions: 3, apps: 2, from: 1 } })
    t.strictSame([...seen].sort(), [
      'app1.example.test authelia_session=s1',
      'app1.example.test authelia_session=s3',
      'app2.example.test authelia_session=s2',
    ])
  },
)
