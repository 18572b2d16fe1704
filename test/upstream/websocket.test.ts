/** WebSockets: the handshake, the frames, and every way in which they end. */
import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { IncomingMessage } from 'node:http'
import { connect, Socket } from 'node:net'
import { type Duplex, PassThrough } from 'node:stream'
import t, { type Test } from 'tap'
import { WebSocket, WebSocketServer } from 'ws'
import { linesOf } from './ask.ts'
import { type BackKind, type Options, type Rig, rig } from './rig.ts'

const ACCEPT = 'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n'
const ASK = 'GET /ws HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'
const BOUND = 32 * 1024 * 1024

const until = async (held: () => boolean) => {
  while (!held()) await new Promise(resolve => setTimeout(resolve, 5))
}

/** An echo that keeps what it was asked; closes with 4321 when told to. */
async function echo(back: BackKind, edit?: Options['edit']): Promise<{ r: Rig; asked: IncomingMessage[] }> {
  const asked: IncomingMessage[] = []
  const server = new WebSocketServer({
    noServer: true,
    perMessageDeflate: { threshold: 0 },
    handleProtocols: protocols => [...protocols].at(-1) ?? false,
  })
  const r = await rig({
    back,
    ...(edit && { edit }),
    upgrade: (req, socket, head) => {
      asked.push(req)
      server.handleUpgrade(req, socket, head, ws => {
        ws.send('welcome')
        ws.on('message', (data, binary) => {
          if (String(data) === 'close') ws.close(4321, 'as asked')
          else ws.send(data, { binary })
        })
      })
    },
  })
  return { r, asked }
}

async function open(t: Test, r: Rig): Promise<WebSocket> {
  const ws = new WebSocket(`ws://127.0.0.1:${r.port}/`)
  const [[welcome]] = await Promise.all([once(ws, 'message'), once(ws, 'open')])
  t.equal(String(welcome), 'welcome', 'bytes that came with the 101')
  return ws
}

for (const back of ['http', 'https', 'unix'] as const) {
  t.test(`WebSockets to ${back}`, async t => {
    const { r, asked } = await echo(back, (status, headers) => [...headers, 'X-Edited', String(status)])
    const headers = { 'Remote-User': 'alice', Cookie: 'a=1' }
    const ws = new WebSocket(`ws://127.0.0.1:${r.port}/chat?x=1`, ['one', 'two'], {
      origin: 'https://app.example',
      headers,
    })
    const [[answer]] = await Promise.all([once(ws, 'upgrade'), once(ws, 'open')])
    t.equal(answer.headers['x-edited'], '101')
    t.equal(ws.protocol, 'two')
    t.equal(ws.extensions, 'permessage-deflate')
    const seen = linesOf(asked[0]?.rawHeaders ?? [])
    t.equal(asked[0]?.url, '/chat?x=1')
    for (const line of [
      'Sec-WebSocket-Protocol: one,two',
      'Origin: https://app.example',
      'Remote-User: alice',
    ]) {
      t.ok(seen.includes(line), line)
    }
    t.equal(seen.filter(line => /^connection:/i.test(line)).length, 1)

    for (const size of [0, 1, 125, 126, 65_536, 1024 * 1024]) {
      const sent = randomBytes(size)
      ws.send(sent)
      let [got] = await once(ws, 'message')
      if (String(got) === 'welcome') [got] = await once(ws, 'message')
      t.ok(sent.equals(got), `${size} bytes`)
    }
    ws.ping('are you there')
    t.equal(String((await once(ws, 'pong'))[0]), 'are you there')
    const outcome = r.outcome()
    ws.send('close')
    const [code, reason] = await once(ws, 'close')
    t.strictSame([code, String(reason)], [4321, 'as asked'])
    t.strictSame(await outcome, { kind: 'done' })
    await r.close()
  })
}

t.test('a client that closes says why', async t => {
  const { r } = await echo('http')
  const ws = await open(t, r)
  const outcome = r.outcome()
  ws.close(4000, 'enough')
  const [code] = await once(ws, 'close')
  t.equal(code, 4000)
  t.strictSame(await outcome, { kind: 'done' })
  await r.close()
})

/** A bare upstream behind a bare client, after the handshake. */
async function bare(
  raw: (socket: Socket) => void,
  options: Options = {},
  first = '',
): Promise<[Rig, Socket]> {
  const r = await rig({ ...options, raw })
  const socket = connect({ port: r.port, host: '127.0.0.1', allowHalfOpen: true })
  socket.on('error', () => {})
  socket.write(ASK + first)
  return [r, socket]
}

function text(socket: Duplex): () => string {
  let all = ''
  socket.on('data', piece => {
    all += piece.toString('latin1')
  })
  return () => all
}

t.test('bytes ahead of the 101 arrive once it is there', async t => {
  let heard = () => ''
  const [r, client] = await bare(
    socket => {
      heard = text(socket)
      socket.once('data', () => setTimeout(() => socket.write(`${ACCEPT}\r\nfrom the app`), 30))
    },
    {},
    'early',
  )
  client.write(' bird')
  const got = text(client)
  await until(() => got().endsWith('from the app') && heard().endsWith('early bird'))
  t.match(got(), /^HTTP\/1\.1 101 Switching Protocols\r\n/)
  t.match(heard(), /\r\n\r\nearly bird$/)
  await r.close()
})

for (const side of ['client', 'upstream'] as const) {
  t.test(`half-close by the ${side}: the other still speaks`, async t => {
    const apps: Socket[] = []
    const raw = (socket: Socket) => {
      socket.allowHalfOpen = true
      apps.push(socket)
      socket.once('data', () => socket.write(`${ACCEPT}\r\n`))
    }
    const [r, client] = await bare(raw)
    await once(client, 'data')
    const app = apps[0]
    if (app === undefined) return t.fail('no connection')
    const [first, second] = side === 'client' ? [client, app] : [app, client]
    const outcome = r.outcome()
    const ended = once(second.resume(), 'end')
    first.end('last words')
    await ended
    const got = text(first)
    second.end('and mine')
    await until(() => got() === 'and mine')
    t.strictSame(await outcome, { kind: 'done' })
    await r.close()
  })
}

for (const stalled of ['client', 'upstream'] as const) {
  t.test(`a stalled ${stalled} costs bounded memory`, async t => {
    let given = 0
    const pour = (socket: Socket) => {
      const more = () => {
        for (;;) {
          given += 65_536
          if (!socket.write(Buffer.alloc(65_536))) return void socket.once('drain', more)
        }
      }
      more()
    }
    const [r, client] = await bare(socket => {
      socket.once('data', () => {
        socket.write(`${ACCEPT}\r\n`)
        if (stalled === 'client') pour(socket)
        else socket.pause()
      })
    })
    client.once('data', () => {
      client.pause()
      if (stalled === 'upstream') pour(client)
    })
    let before = -1
    while (before !== given || given === 0) {
      before = given
      await new Promise(resolve => setTimeout(resolve, 50))
    }
    t.ok(given < BOUND, `${given} bytes were taken`)
    t.comment(`taken for a stalled ${stalled}: ${given}`)
    const outcome = r.outcome()
    // A side that does not read does not notice either.
    if (stalled === 'client') client.destroy()
    else r.connections[0]?.destroy()
    t.match((await outcome).kind, stalled === 'client' ? 'aborted' : 'failed')
    await until(() => r.connections[0]?.destroyed === true)
    await r.close()
  })
}

for (const side of ['client', 'upstream'] as const) {
  t.test(`the ${side} breaks and takes the other with it`, async t => {
    const [r, client] = await bare(socket => void socket.on('data', () => socket.write(`${ACCEPT}\r\n`)))
    await once(client, 'data')
    const outcome = r.outcome()
    const [breaks, follows] = side === 'client' ? [client, r.connections[0]] : [r.connections[0], client]
    follows?.resume()
    breaks?.resetAndDestroy()
    await until(() => follows?.destroyed === true || follows?.readableEnded === true)
    t.match(
      await outcome,
      side === 'client' ? { kind: 'aborted' } : { kind: 'failed', why: 'cut', sent: true },
    )
    await r.close()
  })
}

interface Refusal {
  readonly name: string
  readonly answer: string
  readonly status: number
  readonly body: string
}

const refusals: Refusal[] = [
  {
    name: 'with a length',
    answer: 'HTTP/1.1 403 No\r\nX-A: b\r\nContent-Length: 4\r\n\r\nnope',
    status: 403,
    body: 'nope',
  },
  {
    name: 'in chunks',
    answer: 'HTTP/1.1 401 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n0\r\n\r\n',
    status: 401,
    body: '4\r\nnope\r\n0\r\n\r\n',
  },
  { name: 'without a body', answer: 'HTTP/1.1 204 No\r\n\r\n', status: 204, body: '' },
  {
    name: 'as if nothing were',
    answer: 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    status: 200,
    body: 'ok',
  },
]

for (const { name, answer, status, body } of refusals) {
  t.test(`a refused upgrade ${name} passes and closes`, async t => {
    const asked: string[] = []
    // A second request, which nobody has authorised, right behind the upgrade (oauth2-proxy#1347).
    const smuggled = 'GET /admin HTTP/1.1\r\nHost: a\r\n\r\n'
    const [r, client] = await bare(
      socket => {
        socket.on('data', piece => {
          asked.push(String(piece))
          socket.write(answer)
        })
      },
      {},
      smuggled,
    )
    const outcome = r.outcome()
    const got = text(client)
    await once(client, 'end')
    client.end(smuggled)
    const [head = '', rest] = got().split(/\r\n\r\n(.*)/s)
    t.match(head, new RegExp(`^HTTP/1\\.1 ${status} `))
    t.match(head, /\r\nConnection: close$/)
    t.equal(rest, body)
    t.strictSame(await outcome, { kind: 'done' })
    t.notOk(asked.join('').includes('/admin'))
    await r.close()
  })
}

t.test('a refusal that is cut is never whole', async t => {
  const [r, client] = await bare(socket => {
    socket.once('data', () =>
      socket.end('HTTP/1.1 403 No\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nnope\r\n'),
    )
  })
  const got = text(client)
  const outcome = r.outcome()
  await once(client, 'end')
  t.notOk(got().endsWith('0\r\n\r\n'))
  t.match(await outcome, { kind: 'failed', why: 'cut', sent: true })
  await r.close()
})

const faults: (Options & { name: string; why: string })[] = [
  { name: 'no answer in time', raw: () => {}, timeouts: { first_byte: 100 }, why: 'slow' },
  {
    name: 'closed before an answer',
    raw: socket => void socket.once('data', () => socket.destroy()),
    why: 'cut',
  },
  {
    name: 'not HTTP',
    raw: socket => void socket.once('data', () => socket.write('garbage\r\n\r\n')),
    why: 'protocol',
  },
  {
    name: 'another protocol',
    raw: socket => void socket.once('data', () => socket.write(`${ACCEPT.replace('websocket', 'h2c')}\r\n`)),
    why: 'protocol',
  },
  { name: 'nobody there', origin: 'http://127.0.0.1:1', raw: () => {}, why: 'down' },
  { name: 'a wrong certificate', back: 'https', tls: {}, raw: () => {}, why: 'certificate' },
  {
    name: 'an edit that breaks out of the head',
    raw: socket => void socket.once('data', () => socket.write(`${ACCEPT}\r\n`)),
    edit: () => ['X-A', 'b\r\nSet-Cookie: evil=1'],
    why: 'protocol',
  },
]

for (const { name, why, ...options } of faults) {
  t.test(`a handshake that fails: ${name}`, async t => {
    const [r, client] = await bare(options.raw ?? (() => {}), options)
    const outcome = r.outcome()
    const got = text(client)
    await once(client, 'end')
    t.match(await outcome, { kind: 'failed', why, sent: false })
    t.match(got(), /^HTTP\/1\.1 502 /)
    t.notOk(got().includes('evil'))
    client.end()
    await r.close()
  })
}

t.test('a client that leaves during the handshake', async t => {
  const [r, client] = await bare(socket => void socket.resume())
  const outcome = r.outcome()
  await until(() => r.connections.length > 0)
  client.end()
  t.strictSame(await outcome, { kind: 'aborted' })
  await until(() => r.connections[0]?.destroyed === true)
  await r.close()
})

t.test('a client that had left before', async t => {
  const r = await rig({ raw: socket => void socket.resume() })
  const gone = new PassThrough().destroy()
  const head = { method: 'GET', target: '/', headers: ['Host', 'a'] }
  const outcome = r.upstream.splice(
    new IncomingMessage(new Socket()),
    gone,
    Buffer.alloc(0),
    head,
    (_, h) => h,
  )
  t.strictSame(await outcome, { kind: 'aborted' })
  await r.close()
})

t.test('idle WebSockets are cut after `idle`, busy ones are not', async t => {
  const [cut, client] = await bare(socket => void socket.once('data', () => socket.write(`${ACCEPT}\r\n`)), {
    timeouts: { idle: 150 },
  })
  await once(client, 'data')
  const start = Date.now()
  for (let i = 0; i < 4; i++) {
    client.write('x')
    await new Promise(resolve => setTimeout(resolve, 60))
  }
  t.notOk(client.readableEnded)
  await once(client.resume(), 'end')
  t.ok(Date.now() - start > 300)
  await cut.close()
})

t.test('close waits for a WebSocket, destroy does not', async t => {
  const { r } = await echo('http')
  const ws = await open(t, r)
  let closed = false
  const closing = r.upstream.close().then(() => {
    closed = true
  })
  ws.send('still here')
  t.equal(String((await once(ws, 'message'))[0]), 'still here')
  t.notOk(closed)
  const gone = once(ws, 'close')
  await r.upstream.destroy()
  await Promise.all([gone, closing])
  t.ok(closed)
  await r.close()
})
