/**
 * Strangers are asked about one by one, since a session is handed out to each: so one client that sends
 * thousands of requests at once (they fit into one connection, one behind the other) could hold every place
 * in the line to Authelia, and everybody else would be told that nobody can be signed in.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import t from 'tap'
import { question, sessionsAt } from '../session/stand-ins.ts'

t.test('a flood from one address keeps nobody else waiting', async t => {
  const IDENTITY = { 'Remote-User': 'bob', 'Remote-Groups': '', 'Remote-Name': 'Bob', 'Remote-Email': '' }
  let asked = 0
  const authelia = createServer((_request, response) => {
    asked++
    setTimeout(() => {
      response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', ...IDENTITY })
      response.end('200 OK')
    }, 100)
  }).listen(0, '127.0.0.1')
  t.teardown(() => authelia.close())
  await once(authelia, 'listening')
  const { port } = authelia.address() as AddressInfo
  const sessions = sessionsAt(`http://127.0.0.1:${port}`)
  t.teardown(() => sessions.close())

  for (const flood of ['203.0.113.66', '2001:db8:0:1::']) {
    const many = Array.from({ length: 2_200 }, (_, n) => {
      const client = flood.includes(':') ? `${flood}${n.toString(16)}` : flood
      return sessions.verdict(question({ session: undefined, target: `/${n}`, client }))
    })
    const bob = await sessions.verdict(question({ client: '192.0.2.5', target: `/${flood}` }))
    t.match(bob, { kind: 'allow', identity: { user: 'bob' } }, flood)
    await Promise.all(many)
  }
  t.ok(asked > 500, 'and the flood is served, as far as there is room')
})
