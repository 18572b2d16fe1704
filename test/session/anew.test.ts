/** Questions that only Authelia itself may answer: those about open streams. */
import t from 'tap'
import { handClock, question, serve, sessionsAt } from './stand-ins.ts'

const allowed = { 'Content-Type': 'text/plain', 'Remote-User': 'alice', 'Remote-Groups': '' }

t.test('neither a kept verdict nor grace answers, and equal questions are one', async t => {
  const clock = handClock()
  let held: (() => void)[] | undefined
  const server = await serve((req, res) => {
    const answer = () => {
      if (req.url === '/api/state') {
        const data = { username: 'alice', authentication_level: 2 }
        res.setHeader('Content-Type', 'application/json')
        res.end(JSON.stringify({ status: 'OK', data }))
      } else res.writeHead(200, { ...allowed, 'Remote-Name': '', 'Remote-Email': '' }).end('200 OK')
    }
    if (held === undefined) answer()
    else held.push(answer)
  })
  const sessions = sessionsAt(server.origin, { grace: 60_000 }, clock)
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const asked = () => server.requests.length

  await sessions.verdict(question())
  await sessions.state('alice')
  t.equal(asked(), 2)
  t.notOk(sessions.verdict(question()) instanceof Promise, 'it is kept')
  t.match(await sessions.anew.verdict(question()), { kind: 'allow', identity: { user: 'alice' } })
  t.match(await sessions.anew.state('alice'), { user: 'alice', level: 2 })
  t.equal(asked(), 4, 'and asked all the same')

  held = []
  const ten = Array.from({ length: 10 }, () => sessions.anew.verdict(question()))
  while (held.length < 1) await new Promise(resolve => setImmediate(resolve))
  clock.now += 600
  const late = sessions.anew.verdict(question())
  while (held.length < 2) await new Promise(resolve => setImmediate(resolve))
  for (const answer of held) answer()
  t.ok((await Promise.all(ten)).every(verdict => verdict.kind === 'allow'))
  t.equal((await late).kind, 'allow')
  t.equal(asked(), 6, 'ten at once are one question; what left half a second ago is too old to join')

  await server.close()
  clock.now += 3_000
  t.equal((await sessions.verdict(question())).kind, 'allow', 'grace, for a request')
  t.equal((await sessions.anew.verdict(question())).kind, 'unavailable')
  t.match(await sessions.anew.state('alice'), { kind: 'unavailable' })
})

t.test('who listens is told of every end, before the sign-out is answered', async t => {
  const server = await serve((_req, res) => {
    res.setHeader('Content-Type', 'application/json')
    res.end(JSON.stringify({ status: 'OK', data: {} }))
  })
  const sessions = sessionsAt(server.origin)
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const told: string[] = []
  sessions.onForget(session => told.push(session))
  sessions.forget('one')
  t.strictSame(told, ['one'])
  const ended = sessions.signOut('two')
  t.strictSame(told, ['one', 'two'], 'at once')
  t.equal(await ended, true)
})
