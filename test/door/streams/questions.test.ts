/** How often Authelia is asked, and about what. */
import t from 'tap'
import { ALICE, allow, app, rule } from '../../authz/way.ts'
import { AWAY, LOGIN, openRig } from './rig.ts'

const R = 5_000

t.test('ten streams of one session and app are one question an interval', async t => {
  const { time, open, asked, streams } = openRig()
  const opened = []
  for (let n = 0; n < 10; n++) {
    opened.push(await open({ target: `/camera/${n}` }))
    await time.pass(100)
  }
  await time.pass(R)
  t.equal(asked().length, 1)
  await time.pass(10 * R)
  t.equal(asked().length, 10)
  t.equal(streams.size, 10)
  for (const { stream } of opened) streams.leave(stream)
  t.equal(streams.size, 0)
  await time.pass(R)
  t.strictSame(asked(), [])
  t.equal(time.size(), 0, 'and no timer is left')
})

const apart: [what: string, second: object, questions: number, looks?: boolean][] = [
  ['the same address', {}, 1, true],
  ['another address, where a rule looks at it', { target: '/b' }, 2, true],
  ['another address, where none does', { target: '/b' }, 1],
  ['another method', { method: 'POST' }, 2],
  ['another network', { client: '192.0.2.8' }, 2],
  ['another session', { session: 'bob' }, 2],
  ['another app', { host: 'more.example.com' }, 2],
]
for (const [what, second, questions, looks = false] of apart) {
  t.test(`a second stream of ${what}: ${questions}`, async t => {
    const { time, open, asked } = openRig([app('cams'), app('more')], { autheliaLooks: looks })
    await open()
    await open(second)
    await time.pass(R)
    t.equal(asked().length, questions)
  })
}

t.test('where a rule looks at the path, one address may go on and another not', async t => {
  const closed = rule({ resources: ['^/b'], policy: 'deny' })
  const { time, open, reload } = openRig()
  const [a, b] = [await open({ target: '/a' }), await open({ target: '/b' })]
  await time.pass(1_000)
  reload([app('cams', { rules: [closed] })])
  await time.pass(100)
  t.strictSame([a.client.cut, b.client.cut], [false, true])
})

t.test('a short answer costs no question, and is forgotten', async t => {
  const { time, open, asked, streams } = openRig()
  for (let n = 0; n < 100; n++) streams.leave((await open()).stream)
  t.equal(streams.size, 0)
  await time.pass(R)
  t.strictSame(asked(), [])
  t.equal(time.size(), 0)
})

t.test('each app has its own interval, and a reload may change it', async t => {
  const { time, open, asked, reload } = openRig([
    app('cams', { streams: { recheck: 1_000, counts_as_activity: true } }),
  ])
  await open()
  await time.pass(10_000)
  t.equal(asked().length, 10)
  reload([app('cams', { streams: { recheck: 60_000, counts_as_activity: true } })])
  await time.pass(120_000)
  t.equal(asked().length, 3, 'once for the reload')
})

t.test('a reload with a thousand sessions asks all within a second or so, and not all at once', async t => {
  const { time, open, verdicts, asked, reload } = openRig()
  for (let n = 0; n < 1_000; n++) {
    verdicts[`s${n}`] = allow(ALICE)
    await open({ session: `s${n}` })
  }
  await time.pass(1_000)
  reload([app('cams'), app('more')])
  await time.pass(10)
  t.ok(asked().length <= 40)
  await time.pass(1_200)
  t.ok(asked().length >= 960)
})

t.test('Authelia away: a stream lives one interval beyond what it missed, and grace', async t => {
  for (const [grace, until] of [
    [0, 2 * R],
    [7_000, 4 * R],
  ] as const) {
    const { time, verdicts, open, cuts } = openRig([app('cams')], {}, { grace })
    const { client } = await open()
    verdicts.alice = AWAY
    await time.pass(until - 1_000)
    t.equal(client.cut, false, `grace ${grace}`)
    await time.pass(1_000)
    t.equal(client.cut, true)
    t.strictSame(cuts(), [{ why: 'not confirmed', streams: 1 }])
  }
})

t.test('a restart of Authelia of a few seconds', async t => {
  const { time, verdicts, open } = openRig()
  const [kept, lost] = [await open(), await open({ session: 'bob' })]
  verdicts.alice = verdicts.bob = AWAY
  await time.pass(9_000)
  verdicts.alice = allow(ALICE)
  verdicts.bob = LOGIN
  await time.pass(2_000)
  t.equal(kept.client.cut, false, 'a session that survived it, in Redis')
  t.equal(lost.client.cut, true, 'a session that was in its memory')
  verdicts.alice = AWAY
  await time.pass(R - 1_000)
  t.equal(kept.client.cut, false, 'and its time begins anew')
})
