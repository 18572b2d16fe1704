/** Sharing, keeping and sign-out, with an Authelia whose every answer is given by hand. */
import t from 'tap'
import type { Authelia } from '../../src/session/authelia.ts'
import { BASIC_LIMITS } from '../../src/session/basic-guard.ts'
import type { Counters } from '../../src/session/desk.ts'
import type { Answer, Failure } from '../../src/session/exchange.ts'
import { Outage } from '../../src/session/outage.ts'
import { StateDesk } from '../../src/session/state-desk.ts'
import type { Question, Verdict } from '../../src/session/verdict.ts'
import { VerdictDesk } from '../../src/session/verdict-desk.ts'
import { handClock, question, quiet } from './stand-ins.ts'

type Reply = Answer | Failure
interface Call {
  readonly question: Question | undefined
  readonly session: string | undefined
  readonly answer: (reply: Reply) => void
}

const headers = (flat: string[]) => flat.map(part => Buffer.from(part))
const allowed = (user: string): Answer => ({
  status: 200,
  headers: headers([
    'Content-Type',
    'text/plain',
    'Remote-User',
    user,
    'Remote-Groups',
    '',
    'Remote-Name',
    '',
    'Remote-Email',
    '',
  ]),
  body: Buffer.from('200 OK'),
})
const anonymous: Answer = {
  status: 200,
  headers: headers(['Content-Type', 'text/plain']),
  body: Buffer.from('200 OK'),
}
const login = (id = 'fresh'): Answer => ({
  status: 401,
  headers: headers([
    'Location',
    'https://auth.example.test/?rd=x',
    'Set-Cookie',
    `authelia_session=${id}; path=/`,
  ]),
  body: Buffer.from(''),
})
const denied: Answer = {
  status: 403,
  headers: headers(['Content-Type', 'text/plain']),
  body: Buffer.from(''),
}
const bad: Answer = { status: 400, headers: headers(['Content-Type', 'text/plain']), body: Buffer.from('') }
const challenged: Answer = {
  status: 401,
  headers: headers(['WWW-Authenticate', 'Basic']),
  body: Buffer.from(''),
}
const refused: Failure = { failure: 'refused', detail: 'ECONNREFUSED', stale: false }
const status = (code: number): Answer => ({ status: code, headers: [], body: Buffer.from('') })
const state = (username: string, level: number): Answer => ({
  status: 200,
  headers: headers(['Content-Type', 'application/json']),
  body: Buffer.from(JSON.stringify({ status: 'OK', data: { username, authentication_level: level } })),
})

function open(over: { ttl?: number; grace?: number; scope?: 'request' | 'app' } = {}) {
  const clock = handClock()
  const calls: Call[] = []
  const ask = (q: Question | undefined, session: string | undefined) =>
    new Promise<Reply>(answer => calls.push({ question: q, session, answer }))
  const authelia: Authelia = {
    authz: q => ask(q, q.session),
    state: session => ask(undefined, session),
    logout: session => ask(undefined, session),
    close: async () => {},
  }
  const counters: Counters = { kept: 0, asked: 0, shared: 0, grace: 0, failed: 0, limited: 0 }
  const log = quiet()
  const parts = { authelia, clock, outage: new Outage({ clock, log }), counters }
  const options = {
    timeout: 60_000,
    ttl: 2000,
    grace: 0,
    scope: 'request' as const,
    cookie: 'authelia_session',
    ...over,
  }
  const states = new StateDesk(options, parts)
  const desk = new VerdictDesk({ ...options, basic: BASIC_LIMITS }, parts, session => states.drop(session))
  return { clock, calls, desk, states, counters, log }
}

/** Lets everything that is ready run. */
const settle = () => new Promise<void>(resolve => setImmediate(resolve))

async function answered(
  given: Verdict | Promise<Verdict>,
  call: Call | undefined,
  reply: Reply,
): Promise<Verdict> {
  await settle()
  call?.answer(reply)
  return given
}

t.test('kept, then synchronous, then asked again', async t => {
  const { desk, calls, clock, counters } = open()
  const first = desk.verdict(question())
  t.ok(first instanceof Promise)
  const verdict = await answered(first, calls[0], allowed('alice'))
  t.strictSame(verdict.kind === 'allow' && verdict.until, clock.now + 2000)
  t.equal(desk.verdict(question()), verdict, 'the very object, without a promise')
  clock.now += 2000
  t.ok(desk.verdict(question()) instanceof Promise)
  t.equal(calls.length, 2)
  t.match(counters, { kept: 1, asked: 2, shared: 0 })
  calls[1]?.answer(allowed('alice'))
  await settle()
})

t.test('equal questions in flight are asked once, others each', async t => {
  const { desk, calls, counters } = open()
  const equal = Array.from({ length: 5 }, () => desk.verdict(question()))
  const others = [
    { method: 'POST' },
    { host: 'b.example.test' },
    { target: '/b' },
    { client: '192.0.2.8' },
    { session: 'b' },
  ]
  const rest = others.map(over => desk.verdict(question(over)))
  t.equal(calls.length, 1 + others.length)
  for (const call of calls) call.answer(allowed(call.session ?? ''))
  const verdicts = await Promise.all(equal)
  t.ok(verdicts.every(verdict => verdict === verdicts[0]))
  t.match(
    await Promise.all(rest),
    others.map(over => ({ identity: { user: over.session ?? '{alice:1fa}' } })),
  )
  t.equal(counters.shared, 4)
})

t.test('two strangers share nothing', async t => {
  const { desk, calls } = open()
  const both = [0, 1].map(() => desk.verdict(question({ session: undefined })))
  t.equal(calls.length, 2)
  calls[0]?.answer(login('one'))
  calls[1]?.answer(login('two'))
  t.strictSame(await Promise.all(both), [
    { kind: 'login', cookies: ['authelia_session=one; path=/'] },
    { kind: 'login', cookies: ['authelia_session=two; path=/'] },
  ])
  const open3 = [0, 1].map(() => desk.verdict(question({ session: undefined })))
  t.equal(calls.length, 4, 'nor is an anonymous allow kept')
  calls[2]?.answer(anonymous)
  calls[3]?.answer(anonymous)
  const allows = await Promise.all(open3)
  t.match(
    allows,
    [{ kind: 'allow', identity: undefined, until: handClock().now }, { kind: 'allow' }],
    'and says so',
  )
})

t.test('a session that two hold by a planted cookie: the new id goes to one of them', async t => {
  const { desk, calls } = open()
  const both = [0, 1].map(() => desk.verdict(question({ session: 'planted' })))
  t.equal(calls.length, 1)
  calls[0]?.answer(login('fresh'))
  t.strictSame(await Promise.all(both), [
    { kind: 'login', cookies: ['authelia_session=fresh; path=/'] },
    { kind: 'login', cookies: [] },
  ])
})

t.test('refusals are not kept', async t => {
  const { desk, calls } = open()
  const rows: [string, Reply][] = [
    ['login', login()],
    ['deny', denied],
    ['malformed', bad],
    ['unavailable', refused],
  ]
  for (const [kind, reply] of rows) {
    for (let i = 0; i < 2; i++) {
      const before = calls.length
      const verdict = desk.verdict(question())
      t.equal(calls.length, before + 1, `${kind}: asked`)
      t.equal((await answered(verdict, calls[before], reply)).kind, kind)
    }
  }
})

t.test('verdict_ttl 0: nothing older than the question itself is given', async t => {
  const { desk, calls } = open({ ttl: 0 })
  const both = [desk.verdict(question()), desk.verdict(question())]
  t.equal(calls.length, 2, 'not even another’s answer on its way')
  for (const call of calls) call.answer(allowed('alice'))
  await Promise.all(both)
  t.ok(desk.verdict(question()) instanceof Promise)
  calls[2]?.answer(denied)
  await settle()
})

t.test('a question does not join one that left more than verdict_ttl ago', async t => {
  const { desk, calls, clock } = open()
  const first = desk.verdict(question())
  clock.now += 1999
  const second = desk.verdict(question())
  t.equal(calls.length, 1)
  clock.now += 1
  const third = desk.verdict(question())
  t.equal(calls.length, 2)
  calls[0]?.answer(allowed('old'))
  calls[1]?.answer(allowed('new'))
  t.match(await Promise.all([first, second, third]), [
    { identity: { user: 'old' } },
    { identity: { user: 'old' } },
    { identity: { user: 'new' } },
  ])
  t.match(desk.verdict(question()), { identity: { user: 'new' } })
})

t.test('Authorization is neither kept nor shared', async t => {
  const { desk, calls, clock } = open()
  const basic = question({ authorization: 'Basic x' })
  const both = [desk.verdict(basic), desk.verdict(basic)]
  await settle()
  t.equal(calls.length, 2)
  for (const call of calls) call.answer(allowed('bob'))
  t.match(
    await Promise.all(both),
    [{ identity: { user: 'bob' }, until: clock.now }, {}],
    'not fresh for a moment',
  )
  const again = desk.verdict(basic)
  const cookie = desk.verdict(question())
  await settle()
  t.equal(calls.length, 4)
  calls[2]?.answer(allowed('alice'))
  calls[3]?.answer(challenged)
  t.same((await Promise.all([again, cookie])).map(verdict => verdict.kind).sort(), ['allow', 'challenge'])
})

t.test('scope app: an address that is malformed spoils no other', async t => {
  const { desk, calls } = open({ scope: 'app' })
  const both = [desk.verdict(question({ target: '/%zz' })), desk.verdict(question({ target: '/good' }))]
  t.equal(calls.length, 1)
  calls[0]?.answer(bad)
  await settle()
  t.equal(calls[1]?.question?.target, '/good')
  calls[1]?.answer(allowed('alice'))
  t.same(
    (await Promise.all(both)).map(verdict => verdict.kind),
    ['malformed', 'allow'],
  )
  t.match(desk.verdict(question({ target: '/another' })), { kind: 'allow' })
})

t.test('sign-out: what was kept is gone at once', async t => {
  const { desk, calls } = open({ grace: 60_000 })
  await answered(desk.verdict(question()), calls[0], allowed('alice'))
  await answered(desk.verdict(question({ session: 'bob' })), calls[1], allowed('bob'))
  desk.forget('{alice:1fa}')
  const verdict = desk.verdict(question())
  t.ok(verdict instanceof Promise)
  t.match(await answered(verdict, calls[2], refused), { kind: 'unavailable' }, 'grace does not bring it back')
  t.match(desk.verdict(question({ session: 'bob' })), { identity: { user: 'bob' } })
})

t.test('sign-out: an answer to what was asked before it is given to nobody after it', async t => {
  const { desk, calls } = open()
  const leader = desk.verdict(question())
  const follower = desk.verdict(question())
  const elsewhere = desk.verdict(question({ target: '/other' }))
  desk.forget('{alice:1fa}')
  const after = desk.verdict(question())
  t.equal(calls.length, 3, 'a question after it does not join one from before')
  calls[0]?.answer(allowed('alice'))
  calls[1]?.answer(allowed('alice'))
  await settle()
  t.equal(calls.length, 5, 'both are asked again')
  for (const call of calls.slice(2)) call.answer(login())
  const verdicts = await Promise.all([leader, follower, elsewhere, after])
  t.ok(verdicts.every(verdict => verdict.kind === 'login'))
  const last = desk.verdict(question())
  t.ok(last instanceof Promise, 'nothing was stored')
  await answered(last, calls[5], login())
})

t.test('sign-out: again and again, it ends', async t => {
  const { desk, calls } = open()
  const verdict = desk.verdict(question())
  for (let i = 0; i < 3; i++) {
    desk.forget('{alice:1fa}')
    calls[i]?.answer(allowed('alice'))
    await settle()
  }
  t.strictSame(await verdict, { kind: 'login', cookies: [] })
  t.equal(calls.length, 3)
})

t.test('sign-out reaches a cookie that travels beside an Authorization', async t => {
  const { desk, calls } = open()
  const verdict = desk.verdict(question({ authorization: 'Bearer junk' }))
  await settle()
  desk.forget('{alice:1fa}')
  calls[0]?.answer(allowed('alice'))
  await settle()
  t.equal(calls.length, 2)
  t.equal((await answered(verdict, calls[1], login())).kind, 'login')
})

t.test('a login asked for drops what the session was allowed', async t => {
  const { desk, calls, states } = open({ grace: 60_000 })
  await answered(desk.verdict(question({ target: '/a' })), calls[0], allowed('alice'))
  const known = states.state('{alice:1fa}')
  await settle()
  calls[1]?.answer(state('alice', 1))
  await known
  const older = desk.verdict(question({ target: '/slow' }))
  const newer = desk.verdict(question({ target: '/b' }))
  await answered(newer, calls[3], login())
  await answered(older, calls[2], allowed('alice'))
  for (const target of ['/a', '/slow']) {
    const asked = desk.verdict(question({ target }))
    t.ok(asked instanceof Promise, `${target}: asked again`)
    t.match(
      await answered(asked, calls.at(-1), refused),
      { kind: 'unavailable' },
      `${target}: not by grace either`,
    )
  }
  const again = states.state('{alice:1fa}')
  await settle()
  calls.at(-1)?.answer(state('', 0))
  t.equal(await again, undefined)
})

t.test('grace', async t => {
  const allowOf = (reply: Reply) => async (later: number) => {
    const { desk, calls, clock, counters } = open({ grace: 10_000 })
    await answered(desk.verdict(question()), calls[0], allowed('alice'))
    clock.now += later
    const verdict = await answered(desk.verdict(question()), calls[1], reply)
    return `${verdict.kind} ${counters.grace}`
  }
  const rows: [string, Reply, number, string][] = [
    ['refused', refused, 9999, 'allow 1'],
    ['refused, too late', refused, 10_000, 'unavailable 0'],
    ['timeout', { failure: 'timeout', detail: 'timeout', stale: false }, 5000, 'allow 1'],
    ['502', status(502), 5000, 'allow 1'],
    ['503', status(503), 5000, 'allow 1'],
    ['504', status(504), 5000, 'allow 1'],
    ['500', status(500), 5000, 'unavailable 0'],
    ['404', status(404), 5000, 'unavailable 0'],
    ['garbage', { ...anonymous, body: Buffer.from('hello') }, 5000, 'unavailable 0'],
    ['cut in the body', { failure: 'garbage', detail: 'x', stale: false }, 5000, 'unavailable 0'],
    ['deny', denied, 5000, 'deny 0'],
  ]
  for (const [name, reply, later, expected] of rows) t.equal(await allowOf(reply)(later), expected, name)
})

t.test('grace: a denial is final, and using grace prolongs nothing', async t => {
  const { desk, calls, clock } = open({ grace: 10_000 })
  await answered(desk.verdict(question()), calls[0], allowed('alice'))
  for (let i = 1; i <= 4; i++) {
    clock.now += 2400
    t.match(await answered(desk.verdict(question()), calls[i], refused), { kind: 'allow' })
  }
  clock.now += 400
  t.match(await answered(desk.verdict(question()), calls[5], refused), { kind: 'unavailable' })
  await answered(desk.verdict(question()), calls[6], allowed('alice'))
  clock.now += 2000
  await answered(desk.verdict(question()), calls[7], denied)
  t.match(await answered(desk.verdict(question()), calls[8], refused), { kind: 'unavailable' })
})

t.test('states: kept, shared, forgotten, poisoned', async t => {
  const { states, calls, clock, counters } = open()
  const both = [states.state('s'), states.state('s')]
  await settle()
  t.equal(calls.length, 1)
  calls[0]?.answer(state('alice', 2))
  t.strictSame(await Promise.all(both), Array(2).fill({ user: 'alice', level: 2 }))
  t.strictSame(await states.state('s'), { user: 'alice', level: 2 })
  t.match(counters, { asked: 1, shared: 1, kept: 1 })
  states.forget('s')
  const before = states.state('s')
  await settle()
  states.forget('s')
  calls[1]?.answer(state('alice', 2))
  await settle()
  calls[2]?.answer(state('', 0))
  t.equal(await before, undefined, 'asked before the sign-out: nobody after it')
  const nobody = states.state('s')
  await settle()
  t.equal(calls.length, 4, 'nobody is not kept: the next question may be after a login')
  calls[3]?.answer(state('alice', 1))
  t.strictSame(await nobody, { user: 'alice', level: 1 })
  clock.now += 2000
  const later = states.state('s')
  await settle()
  calls[4]?.answer(refused)
  t.match(await later, { kind: 'unavailable', reason: 'refused' })
})

t.test('an outage is logged when it begins and when it ends, without secrets', async t => {
  const { desk, calls, log, clock } = open()
  for (let i = 0; i < 50; i++) {
    clock.now += 100
    await answered(desk.verdict(question({ session: 'secret-id' })), calls[i], refused)
  }
  await answered(desk.verdict(question({ session: 'secret-id' })), calls[50], denied)
  t.same(
    log.lines.map(line => line.level),
    ['warn', 'info'],
  )
  t.notMatch(JSON.stringify(log.lines), /secret-id/)
})
