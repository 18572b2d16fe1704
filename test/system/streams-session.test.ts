/** What a session does while its streams are open: it idles, and it passes the second factor. */
import t from 'tap'
import { Streams } from '../../src/door/streams/streams.ts'
import type { Rooms } from '../../src/server/rooms.ts'
import { browserIn, logIn } from '../support/house.ts'
import { KINDS, watch } from '../support/live.ts'
import { openTime, settle } from '../support/time.ts'
import { cutWithin, endAtPortal, goOn, openHome, RECHECK } from './streams-home.ts'

/** Milliseconds between two questions, in the hour. */
const STEP = 10_000

t.test('an hour of streaming in fast motion', { timeout: 180_000 }, async t => {
  // From now: a browser of the real time keeps or drops the cookies of this one.
  const time = openTime(Date.now())
  let streams: Streams | undefined
  const openStreams: Rooms['openStreams'] = ({ log }) => {
    streams = new Streams({ log, clock: time.clock, after: time.after })
    return streams
  }
  const { house, alice, bob, log } = await openHome(t, {
    clock: time.clock,
    over: { openStreams },
    recheck: STEP,
  })
  const busy = await watch(t, house, alice, 'camera')
  const idle = await watch(t, house, bob, 'camera', { app: 'quiet' })
  await time.pass(1_000)
  for (let passed = 0; passed < 3_600_000; passed += STEP) {
    await time.pass(STEP)
    // The question goes out to the real portal; when its answer is there, the next one is planned.
    while (time.size() < (streams?.size ?? 0)) await settle()
    if (passed === 240_000) t.notOk(idle.over(), 'four minutes')
    if (passed === 320_000) t.ok(idle.over(), "five, the portal's `inactivity`")
  }
  t.notOk(busy.over(), 'streaming that counts keeps the session')
  t.equal((await alice.ask(house.at('live'))).status, 200)
  t.equal((await bob.ask(house.at('live'))).status, 302, 'streaming that does not count leaves it to expire')
  t.match(
    log.filter(({ fields }) => fields.audit === 'cut'),
    [{ fields: { why: 'idle', user: 'bob', app: 'quiet' } }],
  )
})

t.test('the second factor in mid-stream', { timeout: 60_000 }, async t => {
  const { house, alice, bob, portal } = await openHome(t)
  const mine = await Promise.all(KINDS.map(kind => watch(t, house, alice, kind)))
  const bobs = await watch(t, house, bob, 'camera')
  const before = alice.cookiesFor('auth.gatehouse.localhost')
  await alice.submit(await alice.go(house.at('vault')), { token: house.code() })
  t.equal((await alice.ask(house.at('vault'))).status, 200)
  t.not(alice.cookiesFor('auth.gatehouse.localhost'), before, 'the id is another')
  await new Promise(resolve => setTimeout(resolve, RECHECK + 1_500))
  await goOn(t, [...mine, bobs])

  // Another browser of alice's, with another User-Agent: her first one has no second factor to show for it.
  const tablet = browserIn(t, house)
  await logIn(tablet, house, 'alice', house.at('live'))
  const headers = { 'user-agent': 'Tablet' }
  const hers = await watch(t, house, tablet, 'camera', { headers })
  await new Promise(resolve => setTimeout(resolve, RECHECK))
  t.equal(await endAtPortal(portal(), house, tablet), 200)
  await alice.ask(house.at('live'))
  await cutWithin(t, [hers], RECHECK + 1_000)
  await goOn(t, [...mine, bobs])
})
