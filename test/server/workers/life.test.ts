import { readFileSync, writeFileSync } from 'node:fs'
import process from 'node:process'
import t from 'tap'
import { type RawConnection, raw } from '../../support/raw.ts'
import { openCrewHome } from './crew-home.ts'

/** Asks on connections one request after another until it is told to end. */
function load(all: readonly RawConnection[], ask: (connection: RawConnection) => Promise<number>) {
  let going = true
  const statuses = new Map<number, number>()
  const done = Promise.all(
    all.map(async connection => {
      while (going) {
        const status = await ask(connection).catch(() => 0)
        statuses.set(status, (statuses.get(status) ?? 0) + 1)
        if (status === 0) return
      }
    }),
  )
  return {
    async end() {
      going = false
      await done
      return statuses
    },
  }
}

t.test('the life of workers under load', async t => {
  let release = () => {}
  const home = await openCrewHome(t, {
    app: (req, res) => {
      if (req.url !== '/slow') return void res.end('here')
      res.write('begun ')
      release = () => res.end('ended')
    },
  })
  const { connections, cookieOf, head, ask, house, gatehouse, logged, log, pidOf, plainPort } = home
  const cookie = await cookieOf('bob')
  const change = (from: string | RegExp, to: string) =>
    writeFileSync(house.file, readFileSync(house.file, 'utf8').replace(from, to))

  await t.test('kill -9: the others go on, and another takes its place', async t => {
    const served = await connections()
    const running = load(served.get(1) ?? [], one => ask(one, cookie))
    const pid = pidOf(2)
    process.kill(pid, 'SIGKILL')
    await Promise.all((served.get(2) ?? []).map(({ closed }) => closed))
    t.match(await logged('a worker died; another takes its place'), { worker: 2, pid, signal: 'SIGKILL' })
    await logged('worker ready', fields => fields.worker === 2 && fields.pid !== pid)
    t.strictSame([...(await running.end()).keys()], [200], 'no request to the other was lost')
    t.strictSame([...(await connections()).keys()].sort(), [1, 2])
    t.equal(gatehouse.workers, 2)
  })

  await t.test(
    'kill -STOP: a sign-out does not wait for it for long, and it passes nothing any more',
    async t => {
      const other = await cookieOf('bob')
      const served = await connections()
      const all = [...served.values()].flat()
      for (const connection of all) t.equal(await ask(connection, other), 200)
      const pid = pidOf(2)
      process.kill(pid, 'SIGSTOP')
      const frozen = served.get(2) ?? []
      // They lie in its sockets already when the session ends.
      const late = frozen.map(connection => ask(connection, other).catch(() => 0))
      for (let n = 0; n < 10; n++)
        t.match(
          await raw(plainPort, head('GET /', 'app', cookie)),
          { status: 200 },
          'others take who comes new',
        )
      const begun = performance.now()
      const [first] = served.get(1) ?? []
      first?.write(
        head('POST /.gatehouse/sign-out', 'app', other, [
          ['Origin', house.at('app').origin],
          ['Content-Length', '0'],
        ]),
      )
      t.match(await first?.answer(), { status: 303 })
      const took = performance.now() - begun
      t.ok(took > 900 && took < 3_000, `${took} ms`)
      t.strictSame(new Set(await Promise.all(late)), new Set([0]), 'it never answers')
      t.throws(() => process.kill(pid, 0), { code: 'ESRCH' }, 'it is gone')
      t.match(await logged('a worker does not answer and is killed'), { worker: 2, pid, asked: 'forget' })
      for (const connection of served.get(1) ?? []) t.equal(await ask(connection, other), 302)
      await logged('worker ready', fields => fields.worker === 2 && Number(fields.pid) > pid)
    },
  )

  await t.test('a reload loses no request, and once it is answered nobody serves the old', async t => {
    const quiet = [...(await connections()).values()].flat()
    const running = load([...(await connections()).values()].flat(), one => ask(one, cookie))
    for (const policy of ['deny', 'one_factor', 'deny', 'one_factor']) {
      change(/policy: \w+ }/, `policy: ${policy} }`)
      t.equal(await gatehouse.reload(), true)
      const answers = await Promise.all(quiet.map(one => ask(one, cookie)))
      t.strictSame(new Set(answers), new Set([policy === 'deny' ? 403 : 200]), `${policy} in all`)
    }
    t.strictSame([...(await running.end()).keys()].sort(), [200, 403])
  })

  await t.test('a broken file changes nothing and is said once', async t => {
    const before = log.length
    change('apps:', 'appps:')
    t.equal(await gatehouse.reload(), false)
    change('appps:', 'apps:')
    t.equal(log.slice(before).filter(({ level }) => level === 'error').length, 1)
    for (const connection of [...(await connections()).values()].flat())
      t.equal(await ask(connection, cookie), 200)
  })

  await t.test('more workers, and fewer', async t => {
    change('workers: 2', 'workers: 3')
    t.equal(await gatehouse.reload(), true)
    t.equal(gatehouse.workers, 3)
    const served = await connections(3)
    const [slow] = served.get(3) ?? []
    slow?.write(head('GET /slow', 'app', cookie))
    while (!slow?.rest().includes('begun')) await new Promise(setImmediate)
    change('workers: 3', 'workers: 2')
    t.equal(await gatehouse.reload(), true)
    t.equal(gatehouse.workers, 2)
    release()
    t.match(await slow.answer(), { status: 200, body: 'begun ended' }, 'what is under way is finished')
    await slow.closed
    change('workers: 2', 'workers: 1')
    t.equal(await gatehouse.reload(), true)
    await logged(
      'from one process to several, or back, takes a restart; all else of the new configuration holds',
    )
  })
})
