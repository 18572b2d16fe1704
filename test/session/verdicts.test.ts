import t from 'tap'
import type { Allow } from '../../src/session/verdict.ts'
import { Verdicts, type VerdictsOptions } from '../../src/session/verdicts.ts'
import { handClock, question } from './stand-ins.ts'

const OPTIONS: VerdictsOptions = { ttl: 2000, grace: 0, scope: 'request' }
const allow = (user: string): Allow => ({
  kind: 'allow',
  identity: { user, groups: [], name: '', email: '' },
  until: 0,
})

function open(over: Partial<VerdictsOptions> = {}) {
  const clock = handClock()
  return { clock, store: new Verdicts({ ...OPTIONS, ...over }, clock) }
}

t.test('what is kept is given for the very same question alone', async t => {
  const { store, clock } = open()
  const kept = allow('alice')
  store.keep(question(), kept, clock())
  t.equal(store.fresh(question()), kept, 'the very object')
  const others = {
    session: { session: 'other' },
    'no session': { session: undefined },
    method: { method: 'POST' },
    'method in lower case': { method: 'get' },
    host: { host: 'two.example.test' },
    port: { host: 'one.example.test' },
    path: { target: '/x' },
    query: { target: '/?' },
    client: { client: '192.0.2.8' },
    authorization: { authorization: 'Basic x' },
  }
  for (const [name, over] of Object.entries(others)) t.equal(store.fresh(question(over)), undefined, name)
})

t.test('neighbours of one session and target are told apart', async t => {
  const { store, clock } = open()
  const clients = ['192.0.2.1', '192.0.2.2', '192.0.2.3']
  for (const client of clients) store.keep(question({ client }), allow(client), clock())
  for (const client of clients) t.equal(store.fresh(question({ client }))?.identity?.user, client)
  store.keep(question({ client: '192.0.2.2' }), allow('newer'), clock())
  t.equal(store.fresh(question({ client: '192.0.2.2' }))?.identity?.user, 'newer')
  store.drop(question({ client: '192.0.2.2' }))
  t.equal(store.fresh(question({ client: '192.0.2.2' })), undefined)
  t.equal(store.fresh(question({ client: '192.0.2.1' }))?.identity?.user, '192.0.2.1')
})

t.test('a visitor of a thousand apps has a front page at each', async t => {
  const hosts = Array.from({ length: 1000 }, (_, n) => `app${n}.example.test`)
  for (const scope of ['request', 'app'] as const) {
    const { store, clock } = open({ scope })
    for (const host of hosts) store.keep(question({ host }), allow(host), clock())
    t.strictSame(
      hosts.filter(host => store.fresh(question({ host }))?.identity?.user !== host),
      [],
      scope,
    )
    store.drop(question({ host: 'app7.example.test' }))
    t.equal(store.fresh(question({ host: 'app7.example.test' })), undefined)
    t.equal(store.fresh(question({ host: 'app8.example.test' }))?.identity?.user, 'app8.example.test')
  }
})

t.test('never without a session, never for an Authorization', async t => {
  const { store, clock } = open()
  store.keep(question({ session: undefined }), allow('x'), clock())
  store.keep(question({ authorization: 'Basic x' }), allow('x'), clock())
  t.equal(store.size, 0)
})

t.test('its life is counted from the question', async t => {
  const { store, clock } = open({ grace: 10_000 })
  store.keep(question(), allow('alice'), clock.now - 500)
  const rows: [number, boolean, boolean][] = [
    [0, true, true],
    [1499, true, true],
    [1500, false, true],
    [9499, false, true],
    [9500, false, false],
    [-501, false, false],
  ]
  const began = clock.now
  for (const [later, fresh, stale] of rows) {
    clock.now = began + later
    t.equal(store.fresh(question()) !== undefined, fresh, `fresh after ${later} ms`)
    t.equal(store.stale(question()) !== undefined, stale, `grace after ${later} ms`)
  }
})

t.test('off means off', async t => {
  const { store, clock } = open({ ttl: 0 })
  store.keep(question(), allow('alice'), clock())
  t.equal(store.fresh(question()), undefined)
  t.equal(store.stale(question()), undefined)
  t.equal(store.size, 0)
})

t.test('scope app: any address of the same host and method', async t => {
  const { store, clock } = open({ scope: 'app' })
  store.keep(question({ target: '/a' }), allow('alice'), clock())
  t.ok(store.fresh(question({ target: '/b?c' })))
  t.notOk(store.fresh(question({ method: 'POST' })))
  t.notOk(store.fresh(question({ host: 'two.example.test' })))
  t.notOk(store.fresh(question({ client: '192.0.2.8' })))
  t.notOk(store.fresh(question({ session: 'other' })))
})

t.test('forgetting a session reaches both generations, and no other session', async t => {
  const { store, clock } = open({ ttl: 10_000 })
  // The store's young become the old once they are older than a life: with the question after that.
  clock.now += 5000
  store.keep(question({ target: '/old' }), allow('alice'), clock())
  store.keep(question({ session: 'bob' }), allow('bob'), clock())
  clock.now += 5001
  store.keep(question({ target: '/young' }), allow('alice'), clock())
  for (const target of ['/old', '/young'])
    t.ok(store.fresh(question({ target })), `${target} is there before`)
  store.forget('{alice:1fa}')
  for (const target of ['/old', '/young'])
    t.notOk(store.fresh(question({ target })), `${target} is gone after`)
  t.ok(store.fresh(question({ session: 'bob' })))
})

t.test('a verdict lives its whole life while there is room', async t => {
  const { store, clock } = open({ ttl: 1000 })
  for (let i = 0; i < 500; i++) {
    clock.now += 7
    store.keep(question({ session: `s${i}` }), allow(`u${i}`), clock())
    for (let back = 0; back < 142 && back <= i; back++) {
      const found = store.fresh(question({ session: `s${i - back}` }))
      if (found?.identity?.user !== `u${i - back}`) t.fail(`s${i - back} is gone after ${back * 7} ms`)
    }
  }
  t.ok(store.size < 500, 'and not much longer')
})

t.test('100,000 sessions stay bounded, by number and by bytes', async t => {
  const byNumber = open({ ttl: 60_000, mostSessions: 1000 })
  const byBytes = open({ ttl: 60_000, mostBytes: 1_000_000 })
  for (let i = 0; i < 100_000; i++) {
    const asked = question({ session: `s${i}`, target: `/${'x'.repeat(100)}` })
    byNumber.store.keep(asked, allow('x'), byNumber.clock())
    byBytes.store.keep(asked, allow('x'), byBytes.clock())
  }
  t.ok(byNumber.store.size <= 2000, `${byNumber.store.size} by number`)
  t.ok(byBytes.store.size <= 4000, `${byBytes.store.size} by bytes`)
  t.ok(byBytes.store.size >= 1000, 'without being empty')
})

t.test('one session with 100,000 targets drives out nobody', async t => {
  const { store, clock } = open({ ttl: 60_000 })
  store.keep(question({ session: 'bob' }), allow('bob'), clock())
  for (let i = 0; i < 100_000; i++) store.keep(question({ target: `/${i}` }), allow('alice'), clock())
  t.equal(store.fresh(question({ session: 'bob' }))?.identity?.user, 'bob')
  t.equal(store.fresh(question({ target: '/99999' }))?.identity?.user, 'alice')
})
