/** The second factor in mid-stream: the old id dies, and whose streams go on with which new one. */
import t from 'tap'
import type { Level } from '../../../src/types.ts'
import { ALICE, allow, app, BOB, NOW } from '../../authz/way.ts'
import { AWAY, LOGIN, openRig } from './rig.ts'

const R = 5_000

/** A rig with a stream of alice's, whose id dies `after` ms; `new` is a session that may take its place. */
async function openMidway(level: Level = 2, user = ALICE, after = 2_000) {
  const rig = openRig([app('cams'), app('more')])
  const mine = await rig.open()
  await rig.time.pass(after)
  rig.verdicts.new = allow(user)
  rig.states.new = { user: user.user, level }
  rig.verdicts.alice = LOGIN
  delete rig.states.alice
  return { ...rig, mine }
}

t.test("the portal's own answer sets the new id", async t => {
  const { time, streams, mine, asked, sessions } = await openMidway()
  streams.follows('alice', 'new')
  await time.pass(60_000)
  t.equal(mine.client.cut, false)
  t.match(asked().at(-1), { session: 'new' }, 'and is asked about from then on')
  t.equal(streams.lastSeen('alice'), undefined, 'the old one is forgotten')
  sessions().forget('new')
  t.equal(mine.client.cut, true, 'a sign-out finds it')
})

t.test('a stream that was opened at that very moment goes on, too', async t => {
  const { time, streams, mine } = await openMidway(2, ALICE, 0)
  streams.follows('alice', 'new')
  await time.pass(60_000)
  t.equal(mine.client.cut, false)
})

t.test('first the password anew, then the code: two ids, one after the other', async t => {
  const { time, streams, mine, states, verdicts } = await openMidway(1)
  streams.follows('alice', 'new')
  verdicts.newer = allow(ALICE)
  states.newer = { user: 'alice', level: 2 }
  streams.follows('new', 'newer')
  await time.pass(60_000)
  t.equal(mine.client.cut, false)
  t.equal(typeof streams.lastSeen('newer'), 'number')
})

const NOT: [what: string, level: Level, user: typeof ALICE][] = [
  ['a password alone', 1, ALICE],
  ['somebody else', 2, BOB],
]
for (const [what, level, user] of NOT) {
  t.test(`the portal's answer is of ${what}: cut`, async t => {
    const { time, streams, mine, cuts } = await openMidway(level, user)
    streams.follows('alice', 'new')
    await time.pass(R - 2_000 + 1_000)
    t.strictSame(cuts(), [{ why: 'session ended', streams: 1 }])
    t.equal(mine.client.cut, true)
  })
}

const seen: [what: string, ask: object, kept: boolean][] = [
  ['the same browser', {}, true],
  ['the same browser, in another app', { host: 'more.example.com' }, true],
  ['another address', { client: '192.0.2.8' }, false],
  ['another browser', { agent: 'Chromium' }, false],
]
for (const [what, ask, kept] of seen) {
  t.test(`no answer of the portal's, but a request with a new id from ${what}`, async t => {
    const before = await openMidway()
    await before.ask({ session: 'new', ...ask })
    await before.time.pass(10_000)
    t.equal(before.mine.client.cut, !kept, 'before the question')

    const after = await openMidway()
    await after.time.pass(R - 2_000 + 300)
    t.equal(after.mine.client.cut, false, 'it is waited for')
    await after.ask({ session: 'new', ...ask })
    await after.time.pass(50)
    t.equal(after.mine.client.cut, false)
    await after.time.pass(10_000)
    t.equal(after.mine.client.cut, !kept, 'after it')
  })
}

t.test('nobody comes: cut within the interval and a second', async t => {
  const { time, mine } = await openMidway()
  await time.pass(R - 2_000 + 900)
  t.equal(mine.client.cut, true)
})

t.test('a session that was seen before is a browser of its own', async t => {
  const rig = openRig()
  rig.verdicts.tablet = allow(ALICE)
  rig.states.tablet = { user: 'alice', level: 2 }
  const mine = await rig.open()
  await rig.time.pass(1_000)
  await rig.ask({ session: 'tablet' })
  await rig.time.pass(60_000)
  rig.verdicts.alice = LOGIN
  await rig.ask({ session: 'tablet' })
  await rig.time.pass(R + 1_000)
  t.equal(mine.client.cut, true)
})

t.test('who had to have a second factor has none to pass: no waiting', async t => {
  const rig = openRig([app('cams', { policy: 'two_factor' })])
  rig.states.alice = { user: 'alice', level: 2 }
  const mine = await rig.open()
  rig.verdicts.alice = LOGIN
  await rig.time.pass(R + 100)
  t.equal(mine.client.cut, true)
  t.equal(rig.time.now, NOW + R + 100)
})

t.test('the new session may less: a rule asks for what it has not', async t => {
  const rig = await openMidway()
  rig.streams.follows('alice', 'new')
  rig.verdicts.new = { kind: 'deny' }
  await rig.time.pass(R)
  t.strictSame(rig.cuts(), [{ why: 'group or rule', streams: 1 }])
})

t.test('Authelia goes away in the middle: not confirmed, and tried again', async t => {
  const rig = await openMidway()
  rig.streams.follows('alice', 'new')
  rig.states.new = AWAY
  await rig.time.pass(R - 1_000)
  t.equal(rig.mine.client.cut, false)
  rig.states.new = { user: 'alice', level: 2 }
  await rig.time.pass(60_000)
  t.equal(rig.mine.client.cut, false)
})

t.test('after a sign-out nobody takes its place', async t => {
  const rig = await openMidway()
  rig.streams.follows('alice', 'new')
  rig.sessions().forget('alice')
  t.equal(rig.mine.client.cut, true)

  const next = await openMidway()
  next.streams.follows('alice', 'new')
  next.sessions().forget('new')
  t.equal(next.mine.client.cut, true, 'of the new one, before the streams have moved')
})

t.test('what is remembered is bounded, and goes with the streams', async t => {
  const rig = await openMidway()
  for (let n = 0; n < 100; n++) {
    rig.verdicts[`x${n}`] = allow(ALICE)
    await rig.ask({ session: `x${n}` })
  }
  await rig.ask({ session: 'new' })
  await rig.time.pass(R)
  t.equal(rig.mine.client.cut, true, 'the hundred-and-first is not looked at')
  t.equal(rig.streams.size, 0)
  await rig.time.pass(R)
  t.equal(rig.time.size(), 0)
})

t.test('where nobody tells addresses, all have the same, and it is no evidence', async t => {
  const rig = openRig()
  const mine = await rig.open({ client: '' })
  await rig.time.pass(2_000)
  rig.verdicts.alice = LOGIN
  rig.verdicts.new = allow(ALICE)
  rig.states.new = { user: 'alice', level: 2 }
  await rig.ask({ session: 'new', client: '' })
  await rig.time.pass(R)
  t.equal(mine.client.cut, true)
})
