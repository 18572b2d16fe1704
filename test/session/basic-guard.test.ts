import t from 'tap'
import { BASIC_LIMITS, BasicGuard, type BasicLimits, shareOf } from '../../src/session/basic-guard.ts'
import { Buckets } from '../../src/session/buckets.ts'
import { Deadline } from '../../src/session/deadline.ts'
import { networkKey } from '../../src/session/network-key.ts'
import type { Verdict } from '../../src/session/verdict.ts'
import { handClock } from './stand-ins.ts'

const CHALLENGE: Verdict = { kind: 'challenge' }
const ALICE: Verdict = {
  kind: 'allow',
  until: 0,
  identity: { user: 'alice', groups: [], name: '', email: '' },
}

function open(over: Partial<BasicLimits> = {}) {
  const clock = handClock()
  const guard = new BasicGuard({ ...BASIC_LIMITS, failures: 3, ...over }, clock)
  const deadlines: Deadline[] = []
  const ask = (client: string, verdict: Verdict | (() => Promise<Verdict>), time = 60_000) => {
    const deadline = new Deadline(time)
    deadlines.push(deadline)
    return guard.ask(client, deadline, typeof verdict === 'function' ? verdict : async () => verdict)
  }
  const end = () => {
    for (const deadline of deadlines) deadline.end()
  }
  return { clock, ask, end }
}

t.test('failures of one address empty its bucket, and time fills it', async t => {
  const { ask, clock, end } = open({ refill: 10_000 })
  t.teardown(end)
  for (let i = 0; i < 3; i++) t.equal((await ask('192.0.2.1', CHALLENGE)).kind, 'challenge')
  t.strictSame(await ask('192.0.2.1', ALICE), { kind: 'busy', retryAfter: 10 }, 'the right password too')
  t.equal((await ask('192.0.2.2', ALICE)).kind, 'allow', 'another address is not concerned')
  clock.now += 7500
  t.strictSame(await ask('192.0.2.1', ALICE), { kind: 'busy', retryAfter: 3 })
  clock.now -= 100_000
  t.equal((await ask('192.0.2.1', ALICE)).kind, 'busy', 'a clock set back gives nothing')
  clock.now += 10_000
  t.equal((await ask('192.0.2.1', ALICE)).kind, 'allow')
})

t.test('what counts as a failure', async t => {
  const rows: [string, Verdict, boolean][] = [
    ['a challenge', CHALLENGE, true],
    [
      'an anonymous allow: a bypass rule and a wrong password',
      { kind: 'allow', identity: undefined, until: 0 },
      true,
    ],
    ['a denial', { kind: 'deny' }, true],
    ['an answer that takes too long', { kind: 'unavailable', reason: 'timeout', retryAfter: 5 }, true],
    ['a user', ALICE, false],
    ['Authelia away', { kind: 'unavailable', reason: 'refused', retryAfter: 5 }, false],
    ['a malformed address', { kind: 'malformed' }, false],
  ]
  for (const [name, verdict, counts] of rows) {
    const { ask, end } = open()
    for (let i = 0; i < 5; i++) await ask('192.0.2.1', verdict)
    t.equal((await ask('192.0.2.1', ALICE)).kind, counts ? 'busy' : 'allow', name)
    end()
  }
})

t.test('guesses sent all at once do not pass all at once', async t => {
  const { ask, end } = open({ most: 100, mostOfAddress: 100 })
  t.teardown(end)
  let asked = 0
  const guesses = Array.from({ length: 50 }, () =>
    ask('192.0.2.1', async () => {
      asked++
      await new Promise(resolve => setImmediate(resolve))
      return CHALLENGE
    }),
  )
  const verdicts = await Promise.all(guesses)
  t.equal(asked, 3)
  t.equal(verdicts.filter(verdict => verdict.kind === 'busy').length, 47)
})

t.test('an IPv6 household is one, its addresses are many', async t => {
  const { ask, end } = open()
  t.teardown(end)
  for (let i = 0; i < 3; i++) await ask(`2001:db8:1:2:${i}::1`, CHALLENGE)
  t.equal((await ask('2001:db8:1:2:ffff::9', ALICE)).kind, 'busy')
  t.equal((await ask('2001:db8:1:3::1', ALICE)).kind, 'allow')
})

t.test(
  'so many at a time; the rest wait, and are turned away when they are too many or too late',
  async t => {
    const { ask, end } = open({ failures: 1000, most: 3, mostOfAddress: 2 })
    t.teardown(end)
    const release: (() => void)[] = []
    const slow = () => new Promise<Verdict>(resolve => release.push(() => resolve(ALICE)))
    const started: Promise<Verdict>[] = []
    for (let i = 0; i < 4; i++) started.push(ask('192.0.2.1', slow))
    await tick()
    t.equal(release.length, 2, 'two of one address')
    started.push(ask('192.0.2.2', slow), ask('192.0.2.3', slow))
    await tick()
    t.equal(release.length, 3, 'three in all')
    t.strictSame(await ask('192.0.2.4', slow, 20), { kind: 'busy', retryAfter: 1 }, 'no longer than its time')
    const crowd = Array.from({ length: 20 }, () => ask('192.0.2.1', slow))
    const turned = crowd.slice(-6)
    t.match(await Promise.all(turned), Array(6).fill({ kind: 'busy' }), 'a queue has an end')
    for (let i = 0; i < release.length || i < 20; i++) {
      release[i]?.()
      await tick()
    }
    const verdicts = await Promise.all([...started, ...crowd.slice(0, -6)])
    t.ok(
      verdicts.every(verdict => verdict.kind === 'allow'),
      'everybody who waited had a turn',
    )
  },
)

const tick = () => new Promise<void>(resolve => setImmediate(resolve))

t.test('an ask that throws leaves its place', async t => {
  const { ask, end } = open({ most: 1, mostOfAddress: 1 })
  t.teardown(end)
  await t.rejects(ask('192.0.2.1', () => Promise.reject(new Error('broken'))))
  t.equal((await ask('192.0.2.1', ALICE)).kind, 'allow')
})

t.test('the table is bounded', async t => {
  const buckets = new Buckets({ capacity: 3, refill: 1000, mostKeys: 100 }, handClock())
  for (let i = 0; i < 10_000; i++) buckets.take(`k${i}`)
  t.equal(buckets.size, 100)
  for (let i = 0; i < 3; i++) buckets.take('mine')
  for (let i = 0; i < 99; i++) buckets.take(`other${i}`)
  t.ok(buckets.take('mine') > 0, 'the last used stay')
  for (let i = 0; i < 3; i++) buckets.giveBack('mine')
  t.equal(buckets.take('mine'), 0)
})

t.test('network keys', async t => {
  const rows: [string, string][] = [
    ['192.0.2.1', '192.0.2.1'],
    ['2001:db8::1', '2001:db8:0:0::/64'],
    ['2001:DB8:0:0:ffff:ffff:ffff:ffff', '2001:db8:0:0::/64'],
    ['2001:db8:0:1::', '2001:db8:0:1::/64'],
    ['1:2:3:4:5:6:7:8', '1:2:3:4::/64'],
    ['1:2:3:4:5:6:7::', '1:2:3:4::/64'],
    ['::1', '0:0:0:0::/64'],
    ['::', '0:0:0:0::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['::ffff:192.0.2.1', '192.0.2.1'],
    ['::ffff:c000:201', '192.0.2.1'],
    ['64:ff9b::192.0.2.1', '64:ff9b:0:0::/64'],
    ['', ''],
    ['unix', 'unix'],
  ]
  for (const [address, key] of rows) t.equal(networkKey(address), key, address)
})

t.test('several processes divide the limits, and each lets somebody in', async t => {
  t.strictSame(shareOf(BASIC_LIMITS, 1), BASIC_LIMITS)
  t.strictSame(shareOf(BASIC_LIMITS, 1 / 3), { failures: 4, refill: 30_000, most: 3, mostOfAddress: 2 })
  t.strictSame(shareOf(BASIC_LIMITS, 1 / 64), { failures: 1, refill: 640_000, most: 1, mostOfAddress: 1 })
})
