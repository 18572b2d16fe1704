/** Everything together, over real connections. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import t from 'tap'
import { question, serve, sessionsAt } from './stand-ins.ts'

const session = (req: IncomingMessage) => /authelia_session=([^;]*)/.exec(req.headers.cookie ?? '')?.[1]

function allow(res: ServerResponse, user: string): void {
  const identity = { 'Remote-User': user, 'Remote-Groups': '', 'Remote-Name': '', 'Remote-Email': '' }
  res.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', ...identity }).end('200 OK')
}

function json(res: ServerResponse, data: object): void {
  res.writeHead(200, { 'Content-Type': 'application/json' }).end(JSON.stringify({ status: 'OK', data }))
}

function toLogin(res: ServerResponse): void {
  res
    .writeHead(401, { Location: 'https://auth.example.test:9443/?rd=x', 'Set-Cookie': 'authelia_session=n' })
    .end()
}

t.test('300 sessions at once, 30,000 questions: never another’s identity', async t => {
  const server = await serve((req, res) => {
    const id = session(req) ?? ''
    const answer = () =>
      req.url === '/api/state'
        ? json(res, { username: `user-${id}`, authentication_level: 1 })
        : allow(res, `user-${id}`)
    // Answers overtake each other.
    if (Number(id) % 3 === 0) setImmediate(answer)
    else answer()
  })
  const sessions = sessionsAt(server.origin, { verdict_ttl: 5_000, timeout: 20_000 })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  let crossed = 0
  let right = 0
  await Promise.all(
    Array.from({ length: 300 }, async (_, i) => {
      for (let round = 0; round < 100; round++) {
        if (round % 10 === 9) {
          const state = await sessions.state(String(i))
          if (state === undefined || !('user' in state) || state.user !== `user-${i}`) crossed++
          else right++
          continue
        }
        const verdict = await sessions.verdict(question({ session: String(i), target: `/${round % 2}` }))
        if (verdict.kind !== 'allow' || verdict.identity?.user !== `user-${i}`) crossed++
        else right++
      }
    }),
  )
  t.equal(crossed, 0)
  t.equal(right, 30_000)
  const { kept, asked } = sessions.stats()
  t.ok(kept > 0 && asked > 300, `kept ${kept}, asked ${asked}`)
})

t.test('sign-out over the wire', async t => {
  const ended = new Set<string>()
  const held: (() => void)[] = []
  let hold = false
  let confirm = true
  const server = await serve((req, res) => {
    const id = session(req) ?? ''
    if (req.url === '/api/logout') {
      if (!confirm) return res.writeHead(500).end()
      ended.add(id)
      return json(res, { safeTargetURL: false })
    }
    if (req.url === '/api/state')
      return json(
        res,
        ended.has(id) ? { username: '', authentication_level: 0 } : { username: id, authentication_level: 2 },
      )
    // Judged now, answered later: what a slow network does.
    const judged = ended.has(id) ? () => toLogin(res) : () => allow(res, id)
    if (hold) held.push(judged)
    else judged()
  })
  const sessions = sessionsAt(server.origin, { grace: 60_000 })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))

  t.match(await sessions.verdict(question({ session: 'alice' })), { identity: { user: 'alice' } })
  t.match(await sessions.state('alice'), { user: 'alice', level: 2 })
  hold = true
  const inFlight = sessions.verdict(question({ session: 'alice', target: '/slow' }))
  while (held.length === 0) await new Promise(resolve => setImmediate(resolve))
  hold = false
  t.equal(await sessions.signOut('alice'), true)
  for (const answer of held) answer()
  t.match(await inFlight, { kind: 'login' }, 'judged before, answered after: not given')
  t.match(await sessions.verdict(question({ session: 'alice' })), { kind: 'login' }, 'at once')
  t.equal(await sessions.state('alice'), undefined)

  t.match(await sessions.verdict(question({ session: 'bob' })), { identity: { user: 'bob' } })
  confirm = false
  t.equal(await sessions.signOut('bob'), false, 'Authelia did not confirm')
  const before = server.requests.length
  await sessions.verdict(question({ session: 'bob' }))
  t.equal(server.requests.length, before + 1, 'forgotten all the same: asked again')

  await server.close()
  t.equal(await sessions.signOut('bob'), false)
  t.match(
    await sessions.verdict(question({ session: 'bob' })),
    { kind: 'unavailable' },
    'no grace after a sign-out',
  )
})

t.test(
  'a wrong password that takes Authelia longer than `timeout` is a challenge, not an outage',
  async t => {
    const server = await serve((_req, res) => {
      setTimeout(
        () => res.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end('401 Unauthorized'),
        250,
      )
    })
    const sessions = sessionsAt(server.origin, { timeout: 100 })
    t.teardown(() => Promise.all([sessions.close(), server.close()]))
    t.match(await sessions.verdict(question({ authorization: 'Basic x' })), { kind: 'challenge' })
    t.match(await sessions.verdict(question()), { kind: 'unavailable', reason: 'timeout' })
  },
)

t.test('logins that fail are slowed down by address', async t => {
  const server = await serve((_req, res) => {
    res.writeHead(401, { 'WWW-Authenticate': 'Basic realm="x"' }).end('401 Unauthorized')
  })
  const basic = { failures: 2, refill: 60_000, most: 8, mostOfAddress: 4 }
  const sessions = sessionsAt(server.origin, { basic })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const guess = question({ authorization: 'Basic x', session: undefined })
  for (let i = 0; i < 2; i++) t.match(await sessions.verdict(guess), { kind: 'challenge' })
  t.match(await sessions.verdict(guess), { kind: 'busy', retryAfter: 60 })
  t.equal(server.requests.length, 2, 'and Authelia is not asked')
  t.match(await sessions.verdict({ ...guess, client: '192.0.2.99' }), { kind: 'challenge' })
  t.match(sessions.stats(), { limited: 1 })
})
