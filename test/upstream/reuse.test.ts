/** A connection is used again only where that is safe. */
import type http from 'node:http'
import type { Socket } from 'node:net'
import t from 'tap'
import { ask, read } from './ask.ts'
import { rig } from './rig.ts'

const ANSWER = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'

/** Answers the first request of each connection and cuts the connection at the next, as one gone stale does. */
function stale(taken: string[]): (socket: Socket) => void {
  return socket => {
    let served = 0
    socket.on('data', piece => {
      taken.push(piece.toString('latin1').split(' ')[0] ?? '')
      if (served++ === 0) socket.write(ANSWER)
      else socket.destroy()
    })
  }
}

for (const [method, retried] of [
  ['GET', true],
  ['HEAD', true],
  ['OPTIONS', true],
  ['PROPFIND', true],
  ['POST', false],
  ['DELETE', false],
  ['PUT', false],
  ['LOCK', false],
] as const) {
  t.test(`${method} on a stale connection is ${retried ? 'sent once more' : 'not sent twice'}`, async t => {
    const taken: string[] = []
    const r = await rig({ raw: stale(taken) })
    await read(await ask(r))
    const answer = await ask(r, { method })
    await read(answer)
    t.equal(answer.status, retried ? 200 : 502)
    t.strictSame(taken, retried ? ['GET', method, method] : ['GET', method])
    t.equal(r.connections.length, retried ? 2 : 1)
    await r.close()
  })
}

t.test('a GET with a body is not sent twice', async t => {
  const taken: string[] = []
  const r = await rig({ raw: stale(taken) })
  await read(await ask(r))
  const answer = await ask(r, { headers: { 'content-length': '2' }, body: Buffer.from('ab') })
  t.equal(answer.status, 502)
  t.equal(r.connections.length, 1)
  await r.close()
})

t.test('a fresh connection that is cut is not tried again, nor the second one', async t => {
  const r = await rig({ raw: socket => void socket.once('data', () => socket.destroy()) })
  const answer = await ask(r)
  t.equal(answer.status, 502)
  t.match(r.outcomes, [{ kind: 'failed', why: 'cut', sent: false }])
  t.equal(r.connections.length, 1)
  await r.close()
})

t.test('an answer that has begun is not asked for again', async t => {
  let served = 0
  const raw = (socket: Socket) => {
    socket.on('data', () => {
      if (served++ === 0) socket.write(ANSWER)
      else socket.end('HTTP/1.1 200 OK\r\nContent-Le')
    })
  }
  const r = await rig({ raw })
  await read(await ask(r))
  t.equal((await ask(r)).status, 502)
  t.equal(served, 2)
  await r.close()
})

t.test('connections are shared one after the other, never two requests at once', async t => {
  let open = 0
  let most = 0
  const perSocket = new Map<unknown, number>()
  const app: http.RequestListener = (req, res) => {
    const running = (perSocket.get(req.socket) ?? 0) + 1
    perSocket.set(req.socket, running)
    open++
    most = Math.max(most, running)
    setImmediate(() => {
      perSocket.set(req.socket, running - 1)
      open--
      res.end(req.url)
    })
  }
  const r = await rig({ app })
  for (let round = 0; round < 20; round++) {
    const paths = Array.from({ length: 20 }, (_, i) => `/${round}/${i}`)
    const bodies = await Promise.all(paths.map(async path => (await read(await ask(r, { path }))).toString()))
    t.strictSame(bodies, paths)
  }
  t.equal(open, 0)
  t.equal(most, 1)
  t.ok(r.connections.length <= 40, `${r.connections.length} connections`)
  await r.close()
})

t.test('a body after HEAD cannot become the answer to the next request', async t => {
  const evil = 'HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil'
  const raw = (socket: Socket) => {
    socket.on('data', piece => {
      const head = piece.toString().startsWith('HEAD')
      socket.write(head ? `HTTP/1.1 200 OK\r\nContent-Length: ${evil.length}\r\n\r\n${evil}` : ANSWER)
    })
  }
  const r = await rig({ raw })
  await read(await ask(r, { method: 'HEAD' }))
  t.equal((await read(await ask(r))).toString(), 'ok')
  await r.close()
})

t.test('an answer that comes before it is asked for is thrown away', async t => {
  let served = 0
  const raw = (socket: Socket) => {
    socket.on('data', () =>
      socket.write(served++ === 0 ? `${ANSWER}HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nevil` : ANSWER),
    )
  }
  const r = await rig({ raw })
  await read(await ask(r))
  t.equal((await read(await ask(r))).toString(), 'ok')
  await r.close()
})

for (const scheme of ['NTLM', 'Negotiate', 'negotiate']) {
  t.test(`a connection that ${scheme} may have signed somebody in on is nobody else's`, async t => {
    // As IIS does: who has signed in on a connection is meant by all that comes on it.
    const users = new Map<Socket, string>()
    const app: http.RequestListener = (req, res) => {
      const [kind = '', name = ''] = req.headers.authorization?.split(' ') ?? []
      if (kind === scheme) users.set(req.socket, name)
      res.end(users.get(req.socket) ?? 'nobody')
    }
    const r = await rig({ app })
    const authorization = `${scheme} alice`
    t.equal((await read(await ask(r, { headers: { authorization } }))).toString(), 'alice')
    t.equal((await read(await ask(r))).toString(), 'nobody')
    t.equal((await read(await ask(r, { headers: { authorization: 'Basic YTpi' } }))).toString(), 'nobody')
    t.equal(r.connections.length, 2, 'other connections are shared as before')
    await r.close()
  })
}

t.test('an idle connection is left before Node and Apache would close it', async t => {
  const r = await rig({ app: (_req, res) => void res.end('ok') })
  await read(await ask(r))
  const start = Date.now()
  await new Promise(resolve => r.connections[0]?.once('close', resolve))
  const kept = Date.now() - start
  t.ok(kept > 2_000 && kept < 5_000, `kept for ${kept} ms`)
  await r.close()
})
