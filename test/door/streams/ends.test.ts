/** Ends that are not waited for: sign-out, stop; and idleness. */
import t from 'tap'
import { app } from '../../authz/way.ts'
import { AWAY, LOGIN, openRig } from './rig.ts'

const R = 5_000
const quiet = (name: string) => app(name, { streams: { recheck: R, counts_as_activity: false } })

t.test('sign-out cuts all streams of the session at once, young and old, and nobody else’s', async t => {
  const { time, open, sessions, cuts, streams } = openRig([app('cams'), app('more')])
  const mine = [await open(), await open({ target: '/b' }), await open({ host: 'more.example.com' })]
  const bobs = await open({ session: 'bob' })
  await time.pass(1_000)
  mine.push(await open({ target: '/young' }))
  sessions().forget('alice')
  t.ok(mine.every(({ client }) => client.cut))
  t.equal(bobs.client.cut, false)
  t.strictSame(cuts(), [
    { why: 'signed out', streams: 1 },
    { why: 'signed out', streams: 2 },
    { why: 'signed out', streams: 1 },
  ])
  t.equal(streams.size, 1)
})

t.test('a head that came after the sign-out', async t => {
  const { time, open, sessions, verdicts } = openRig()
  sessions().forget('alice')
  const { client } = await open()
  verdicts.alice = LOGIN
  await time.pass(1_100)
  t.equal(client.cut, true, 'is not left until the next question')
})

t.test('a session that Authelia did not end goes on', async t => {
  const { time, open, sessions } = openRig()
  sessions().forget('alice')
  const { client } = await open()
  await time.pass(60_000)
  t.equal(client.cut, false)
})

t.test('the configuration may be another when the session ends', async t => {
  const { time, open, sessions, reload } = openRig()
  const before = sessions()
  const { client } = await open()
  await time.pass(1_000)
  reload([app('cams')])
  t.not(sessions(), before)
  sessions().forget('alice')
  t.equal(client.cut, true)
})

t.test('the line in the log tells who, what and why, and no secret', async t => {
  const { time, open, sessions, log } = openRig()
  await open({ target: '/camera?token=secret' })
  await time.pass(1_000)
  sessions().forget('alice')
  t.match(log, [
    {
      level: 'info',
      fields: {
        audit: 'cut',
        why: 'signed out',
        streams: 1,
        app: 'cams',
        user: 'alice',
        client: '192.0.2.7',
        path: '/camera',
        id: 'test-1',
      },
    },
  ])
  t.notMatch(JSON.stringify(log), /secret/)
})

t.test('an hour of streaming that does not count leaves the session to expire', async t => {
  const elsewhere: Record<string, number> = {}
  const others = {
    used: () => {},
    lastUsed: async (session: string) => elsewhere[session] ?? 0,
    follows: () => {},
  }
  const { time, open, ask, asked, cuts, streams } = openRig([quiet('cams'), quiet('more')], {}, {}, others)
  const [idle, used] = [await open(), await open({ session: 'bob' })]
  for (let minute = 1; minute <= 60; minute++) {
    // Bob uses another app meanwhile.
    await ask({ session: 'bob', host: 'more.example.com' })
    t.equal(asked().length, 1, 'no other question that counts')
    await time.pass(60_000)
    if (minute === 4) t.equal(idle.client.cut, false, 'four minutes')
    if (minute === 6) t.equal(idle.client.cut, true, 'five and an interval')
  }
  t.equal(used.client.cut, false)
  t.strictSame(cuts(), [{ why: 'idle', streams: 1 }])
  await time.pass(200_000)
  elsewhere.bob = time.now
  await time.pass(200_000)
  t.equal(used.client.cut, false, 'another process has seen him')
  t.equal(streams.lastSeen('bob'), time.now - 200_000)
  t.equal(streams.lastSeen('alice'), undefined)
  await time.pass(105_000)
  t.equal(used.client.cut, true)
})

t.test('an hour of streaming that counts keeps it', async t => {
  const { time, open, asked } = openRig()
  const { client } = await open()
  await time.pass(3_600_000)
  t.equal(client.cut, false)
  t.equal(asked().length, 720)
})

t.test('streams that do not count see the end of the session, and our own rules', async t => {
  const { time, open, states, reload, cuts } = openRig([quiet('cams')])
  const [mine, bobs] = [await open(), await open({ session: 'bob' })]
  delete states.alice
  await time.pass(R + 1_000)
  t.strictSame([mine.client.cut, bobs.client.cut], [true, false])
  reload([app('cams', { ...quiet('cams'), policy: 'deny' })])
  await time.pass(100)
  t.equal(bobs.client.cut, true)
  t.strictSame(cuts(), [
    { why: 'session ended', streams: 1 },
    { why: 'reload', streams: 1 },
  ])
})

t.test('a clock that is set back keeps nobody', async t => {
  const day = 86_400_000
  const { time, open, ask, verdicts } = openRig([quiet('cams'), app('more')])
  const idle = await open()
  const unconfirmed = await open({ session: 'bob', host: 'more.example.com' })
  await time.pass(1_000)
  time.now += day
  await ask()
  time.now -= day
  unconfirmed.stream.confirmed += day
  verdicts.bob = AWAY
  await time.pass(R)
  t.equal(unconfirmed.client.cut, true)
  await time.pass(305_000)
  t.equal(idle.client.cut, true)
})

t.test('the gateway stops: what never ends by itself is cut, a download may end', async t => {
  const { time, open, streams, cuts } = openRig()
  const camera = await open()
  const download = await open({}, ['Content-Type', 'application/zip'])
  await time.pass(1_000)
  const young = await open()
  streams.stop(2_000)
  await time.pass(1_900)
  t.equal(camera.client.cut || young.client.cut, false)
  await time.pass(200)
  t.equal(camera.client.cut && young.client.cut, true)
  t.equal(download.client.cut, false)
  t.match(cuts(), [{ why: 'stop', streams: 2 }])
  const late = await open()
  await time.pass(600)
  t.equal(late.client.cut, true, 'one whose head is late, too')
})
