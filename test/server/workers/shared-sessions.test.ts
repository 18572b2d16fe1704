import t from 'tap'
import { type SpreadTo, sharedSessions } from '../../../src/server/workers/shared-sessions.ts'
import type { Question, Sessions } from '../../../src/session/sessions.ts'

const question = { session: 's1' } as Question

/** Sessions that write down what happens to them. */
function inner(events: string[], name = 'inner'): Sessions {
  return {
    verdict: ({ session }) => {
      events.push(`${name} asked for ${session}`)
      return { kind: 'login', cookies: [] }
    },
    state: async () => undefined,
    anew: { verdict: async () => ({ kind: 'login', cookies: [] }), state: async () => undefined },
    signOut: async session => {
      events.push(`${name} signs ${session} out`)
      return true
    },
    forget: session => void events.push(`${name} forgets ${session}`),
    onForget: () => {},
    stats: () => ({ kept: 0, asked: 0, shared: 0, grace: 0, failed: 0, limited: 0 }),
    close: async () => void events.push(`${name} is closed`),
  }
}

function rig(heard = true) {
  const events: string[] = []
  let now = 0
  const spread: SpreadTo = async (kind, session) => {
    events.push(`all others ${kind} ${session}`)
    return heard
  }
  const shared = sharedSessions(spread, () => now)
  const pass = (ms: number) => {
    now += ms
  }
  return { events, shared, pass }
}

t.test('a sign-out is confirmed by all others after Authelia knows of it', async t => {
  const { events, shared } = rig()
  const sessions = shared.join(inner(events))
  sessions.onForget(session => events.push(`streams of ${session} end`))
  t.equal(await sessions.signOut('s1'), true)
  t.strictSame(events, [
    'inner forgets s1',
    'streams of s1 end',
    'all others forget s1',
    'inner signs s1 out',
    'inner forgets s1',
    'streams of s1 end',
    'all others forget s1',
  ])
})

t.test('one that is not confirmed by all is not said to be done', async t => {
  const { events, shared } = rig(false)
  t.equal(await shared.join(inner(events)).signOut('s1'), false)
})

t.test('what is no session id is nothing to tell others of', async t => {
  const { events, shared } = rig()
  const sessions = shared.join(inner(events))
  await sessions.signOut('a b')
  sessions.forget('')
  await sessions.ending?.('a;b')
  t.notMatch(events.join(), /all others/)
})

t.test('while a logout is under way nothing is kept, and no stream ends', async t => {
  const { events, shared, pass } = rig()
  const sessions = shared.join(inner(events))
  sessions.onForget(() => t.fail('nobody has signed out yet'))
  await sessions.ending?.('s1')
  t.strictSame(events, ['inner forgets s1', 'all others hold s1'])
  events.length = 0
  sessions.verdict(question)
  sessions.verdict({ ...question, session: 's2' })
  pass(59_000)
  sessions.verdict(question)
  pass(2_000)
  sessions.verdict(question)
  const asked = ['inner forgets s1', 'inner asked for s1']
  t.strictSame(events, [...asked, 'inner asked for s2', ...asked, 'inner asked for s1'])
})

t.test('others are heard by the sessions of every configuration until they are closed', async t => {
  const { events, shared } = rig()
  const old = shared.join(inner(events, 'old'))
  shared.join(inner(events, 'new'))
  shared.forget('s1')
  await old.close()
  shared.hold('s2')
  t.strictSame(events, ['old forgets s1', 'new forgets s1', 'old is closed', 'new forgets s2'])
})

t.test('logouts under way are bounded', async t => {
  const { events, shared } = rig()
  const sessions = shared.join(inner(events))
  for (let n = 0; n <= 10_000; n++) shared.hold(`x${n}`)
  events.length = 0
  for (const session of ['x0', 'x1', 'x10000']) sessions.verdict({ ...question, session })
  t.strictSame(
    events.filter(event => event.includes('forgets')),
    ['inner forgets x1', 'inner forgets x10000'],
  )
})
