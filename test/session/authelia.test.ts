import { mkdtempSync, rmSync } from 'node:fs'
import { createServer as createTcp } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import t from 'tap'
import { authzHeaders } from '../../src/session/authelia.ts'
import { answerAsRecorded, OPTIONS, question, recorded, sent, serve, sessionsAt } from './stand-ins.ts'

t.test('recorded questions get their recorded answers over the wire', async t => {
  const server = await serve(answerAsRecorded)
  const sessions = sessionsAt(server.origin, { verdict_ttl: 0 })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const rows: [string, string, string?][] = [
    ['forward-auth/nocookie GET html public', 'allow'],
    ['forward-auth/nocookie GET html XHR one', 'login'],
    ['forward-auth/nocookie original HEAD html two', 'login'],
    ['forward-auth/nocookie original M-SEARCH html two', 'malformed'],
    ['forward-auth/alice 1fa one', 'allow', 'Alice Example'],
    ['forward-auth/erin 1fa public', 'allow', 'Érin Ünïcode, "Q" <x>'],
    ['forward-auth/frank 1fa one', 'allow', 'Frank Nothing'],
    ['forward-auth/alice 1fa deny', 'deny'],
    ['forward-auth/Basic good alice one', 'allow', 'Alice Example'],
    ['forward-auth/Basic bad one', 'challenge'],
    ['forward-auth/Basic bad public', 'allow'],
    ['misc/X-Forwarded-URI 4200 bytes', 'malformed'],
  ]
  for (const [name, kind, person] of rows) {
    const exchange = recorded.find(r => r.name === name)
    if (exchange === undefined) throw new Error(`${name} is not recorded`)
    const verdict = await sessions.verdict(
      question({
        method: sent(exchange, 'x-forwarded-method') ?? '',
        host: sent(exchange, 'x-forwarded-host') ?? '',
        target: sent(exchange, 'x-forwarded-uri') ?? '',
        session: sent(exchange, 'cookie')?.slice('authelia_session='.length),
        authorization: sent(exchange, 'authorization'),
      }),
    )
    t.equal(verdict.kind, kind, name)
    if (verdict.kind === 'allow') t.equal(verdict.identity?.name, person, name)
    if (verdict.kind === 'login') t.match(verdict.cookies, [/^authelia_session=/], `${name}: Set-Cookie`)
  }
  t.strictSame(await sessions.state('{alice:2fa}'), { user: 'alice', level: 2 })
  t.equal(await sessions.signOut('{alice:2fa}'), true)
})

t.test('Authelia is told this and nothing else', async t => {
  const server = await serve((_req, res) =>
    res.writeHead(403, { 'content-type': 'text/plain' }).end('403 Forbidden'),
  )
  const sessions = sessionsAt(`${server.origin}/authelia/`)
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const host = server.origin.slice('http://'.length)
  const kept = ['Connection', 'keep-alive']
  await sessions.verdict(
    question({ method: 'PROPFIND', target: '/ü?x'.replace('ü', '\xfc'), session: 'a%b!#$^*' }),
  )
  const authz = server.requests[0]
  t.equal(authz?.method, 'GET', "GET, whatever the client's method: OPTIONS is always 200")
  t.equal(authz?.url, '/authelia/api/authz/forward-auth')
  t.strictSame(pairs(authz?.rawHeaders), [
    ['Host', host],
    ['X-Forwarded-Method', 'PROPFIND'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'one.example.test:9443'],
    ['X-Forwarded-URI', '/\xfc?x'],
    ['X-Forwarded-For', '192.0.2.7'],
    ['X-Requested-With', 'XMLHttpRequest'],
    ['Cookie', 'authelia_session=a%b!#$^*'],
    kept,
  ])
  await sessions.state('abc')
  t.equal(server.requests[1]?.url, '/authelia/api/state')
  t.strictSame(pairs(server.requests[1]?.rawHeaders), [
    ['Host', host],
    ['Cookie', 'authelia_session=abc'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'auth.example.test:9443'],
    kept,
  ])
  await sessions.signOut('abc')
  t.equal(server.requests[2]?.method, 'POST')
  t.equal(server.requests[2]?.url, '/authelia/api/logout')
  t.strictSame(pairs(server.requests[2]?.rawHeaders), [
    ['Host', host],
    ['Cookie', 'authelia_session=abc'],
    ['X-Forwarded-Proto', 'https'],
    ['X-Forwarded-Host', 'auth.example.test:9443'],
    ['Content-Type', 'application/json'],
    ['Content-Length', '2'],
    ['Connection', 'close'],
  ])
})

const pairs = (flat: readonly string[] = []) =>
  Array.from({ length: flat.length / 2 }, (_, i) => [flat[2 * i], flat[2 * i + 1]])

t.test('an address that Authelia could not parse is not replaced by the gateway’s own', async t => {
  const rows: [string, string][] = [
    ['192.0.2.7', '192.0.2.7'],
    ['2001:db8::1', '2001:db8::1'],
    ['fe80::1%eth0', 'fe80::1'],
    ['', '0.0.0.0'],
    ['unknown', '0.0.0.0'],
    ['10.0.0.1, 192.0.2.7', '0.0.0.0'],
  ]
  for (const [client, expected] of rows) {
    const headers = authzHeaders(question({ client }), 'c')
    t.equal(headers[headers.indexOf('X-Forwarded-For') + 1], expected, client)
  }
})

t.test('what no header may hold is never sent', async t => {
  const server = await serve((_req, res) => res.end())
  const sessions = sessionsAt(server.origin)
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const bad = ['/a\r\nRemote-User: x', '/a\nb', '/a\u0000', '/\u0100']
  for (const target of bad)
    t.match(await sessions.verdict(question({ target })), { kind: 'malformed' }, target)
  t.match(await sessions.verdict(question({ host: 'a\r\nb' })), { kind: 'malformed' })
  t.match(await sessions.verdict(question({ authorization: 'Basic a\r\nb' })), { kind: 'malformed' })
  t.equal(server.requests.length, 0)
})

t.test('a session id that is none is not sent, and its question is nobody’s', async t => {
  const server = await serve((_req, res) =>
    res.writeHead(200, { 'content-type': 'text/plain' }).end('200 OK'),
  )
  const sessions = sessionsAt(server.origin)
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  const bad = ['', ' ', 'a b', 'a;b', 'a,b', 'a"b', 'a\\b', 'a\r\nb', '\xff', 'ü', 'x'.repeat(257)]
  await Promise.all(bad.flatMap(session => [0, 1].map(() => sessions.verdict(question({ session })))))
  for (const session of bad) t.equal(await sessions.state(session), undefined)
  for (const session of bad) t.equal(await sessions.signOut(session), false)
  t.equal(server.requests.length, 2 * bad.length, 'each asked alone')
  t.ok(
    server.requests.every(req => req.headers.cookie === undefined),
    'and without a cookie',
  )
})

t.test('a unix socket', async t => {
  const folder = mkdtempSync(join(tmpdir(), 'session-'))
  const socket = join(folder, 'portal.sock')
  const server = await serve(answerAsRecorded, socket)
  const sessions = sessionsAt('http://localhost', { socket })
  t.teardown(async () => {
    await Promise.all([sessions.close(), server.close()])
    rmSync(folder, { recursive: true })
  })
  t.match(await sessions.verdict(question()), { kind: 'allow', identity: { user: 'alice' } })
})

t.test('a connection closed while idle costs nobody an error', async t => {
  let closed = 0
  const server = await serve((req, res) => {
    // Answers the first question of each connection, and resets it at the second.
    if (server.requests.filter(r => r.socket === req.socket).length === 1) answerAsRecorded(req, res)
    else {
      closed++
      req.socket.destroy()
    }
  })
  const sessions = sessionsAt(server.origin, { verdict_ttl: 0 })
  t.teardown(() => Promise.all([sessions.close(), server.close()]))
  for (let i = 0; i < 5; i++) t.match(await sessions.verdict(question()), { kind: 'allow' })
  t.ok(closed > 0)
  const login = question({ authorization: 'Basic YWxpY2U6YWxpY2UtcGFzc3dvcmQ=', session: undefined })
  closed = 0
  for (let i = 0; i < 5; i++) t.match(await sessions.verdict(login), { kind: 'allow' })
  t.equal(closed, 0, 'a Basic login never meets an old connection, so it is never sent twice')
})

t.test('after close there is no allow and no hang', async t => {
  const server = await serve(answerAsRecorded)
  t.teardown(() => server.close())
  const sessions = sessionsAt(server.origin, { verdict_ttl: 0 })
  await sessions.verdict(question())
  await sessions.close()
  t.match(await sessions.verdict(question()), { kind: 'unavailable', reason: 'refused' })
})

t.test('a closed port, a missing socket', async t => {
  const server = createTcp()
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' ? address?.port : 0
  await new Promise(resolve => server.close(resolve))
  const rows = [
    { origin: `http://127.0.0.1:${port}` },
    { origin: 'http://localhost', socket: '/nowhere/at.sock' },
  ]
  for (const row of rows) {
    const sessions = sessionsAt(row.origin, row)
    t.match(await sessions.verdict(question()), { kind: 'unavailable', reason: 'refused', retryAfter: 5 })
    t.match(await sessions.state('abc'), { kind: 'unavailable', reason: 'refused' })
    t.equal(await sessions.signOut('abc'), false)
    await sessions.close()
  }
  t.ok(OPTIONS.timeout > 0)
})
