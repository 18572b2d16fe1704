/** Streams that do not end, bodies that do not fit, and ends that come too early. */
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type http from 'node:http'
import { connect, type Socket } from 'node:net'
import { Readable } from 'node:stream'
import t, { type Test } from 'tap'
import { ask, read } from './ask.ts'
import { type FrontKind, type Rig, rig } from './rig.ts'

const BIG = 256 * 1024 * 1024
const PIECE = randomBytes(256 * 1024)
/** What sockets, both kernels and the streams between may hold, in bytes; the whole is endless. */
const BOUND = 32 * 1024 * 1024

/** BIG bytes, a hash of which is known. */
function* big(): Generator<Buffer> {
  for (let sent = 0; sent < BIG; sent += PIECE.length) yield PIECE
}
const bigHash = createHash('sha256')
for (const piece of big()) bigHash.update(piece)
const BIG_HASH = bigHash.digest('hex')

async function hashOf(body: AsyncIterable<Buffer>): Promise<string> {
  const hash = createHash('sha256')
  for await (const piece of body) hash.update(piece)
  return hash.digest('hex')
}

/** The most that the process has grown by while `work` ran, in bytes, sampled. */
async function growth(work: () => Promise<unknown>): Promise<number> {
  const start = process.memoryUsage().rss
  let most = 0
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - start)
  }, 20)
  await work()
  clearInterval(timer)
  return most
}

const until = async (held: () => boolean) => {
  while (!held()) await new Promise(resolve => setTimeout(resolve, 5))
}

interface Row {
  readonly name: string
  readonly run: (t: Test, front: FrontKind) => Promise<Rig>
}

const rows: Row[] = [
  {
    name: 'the head and each event pass at once',
    run: async (t, front) => {
      let stream: http.ServerResponse | undefined
      const app: http.RequestListener = (_req, res) => {
        res.writeHead(200, { 'content-type': 'text/event-stream' }).flushHeaders()
        stream = res
      }
      const r = await rig({ front, app })
      const answer = await ask(r)
      t.equal(answer.status, 200, 'before any byte of the body')
      for (const event of ['data: 1\n\n', 'data: 2\n\n']) {
        stream?.write(event)
        const [piece] = await once(answer.body, 'data')
        t.equal(String(piece), event)
      }
      return r
    },
  },
  {
    name: 'a reader that keeps up loses nothing, a stalled one costs little and slows nobody',
    run: async (t, front) => {
      let taken = 0
      const app: http.RequestListener = (req, res) => {
        if (req.url === '/quick') return void Readable.from(big()).pipe(res)
        const more = () => {
          while (!res.destroyed) {
            taken += PIECE.length
            if (!res.write(PIECE)) return void res.once('drain', more)
          }
        }
        more()
      }
      const r = await rig({ front, app })
      const stalled = await ask(r, { path: '/endless' })
      stalled.body.once('data', () => stalled.body.pause())
      let before = -1
      await until(() => {
        const still = taken === before
        before = taken
        return still && taken > 0
      })
      const quick = await ask(r, { path: '/quick' })
      t.equal(await hashOf(quick.body), BIG_HASH)
      t.ok(taken < BOUND, `${taken} bytes were taken from the upstream`)
      t.comment(`taken for a stalled reader: ${taken}`)
      stalled.abort()
      return r
    },
  },
  {
    name: 'an upload of any size is streamed',
    run: async (t, front) => {
      let hash = ''
      const app: http.RequestListener = async (req, res) => {
        hash = await hashOf(req)
        res.end()
      }
      const r = await rig({ front, app })
      const headers = { 'content-length': String(BIG) }
      const grown = await growth(async () => {
        const answer = await ask(r, { method: 'PUT', headers, body: Readable.from(big()) })
        await read(answer)
      })
      t.equal(hash, BIG_HASH)
      t.ok(grown < BIG / 2, `the process grew by ${grown}`)
      return r
    },
  },
  {
    name: 'an upload waits for the upstream',
    run: async (t, front) => {
      let given = 0
      const body = Readable.from(
        (function* () {
          for (;;) {
            given += PIECE.length
            yield PIECE
          }
        })(),
      )
      const r = await rig({ front, app: req => void req.pause() })
      ask(r, { method: 'POST', body }).catch(() => {})
      let before = -1
      await until(() => {
        const still = given === before && r.connections.length > 0
        before = given
        return still
      })
      t.ok(given < BOUND, `${given} bytes were taken from the client`)
      t.comment(`taken for a stalled upstream: ${given}`)
      return r
    },
  },
  ...['before the head', 'in the body'].map(
    (when): Row => ({
      name: `a client that leaves ${when} ends the upstream's connection within a second`,
      run: async (t, front) => {
        const app: http.RequestListener = (_req, res) => {
          if (when === 'in the body') res.write('first')
        }
        const r = await rig({ front, app })
        const outcome = r.outcome()
        if (front === 'h1') {
          const socket = connect(r.port, '127.0.0.1')
          socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
          await (when === 'in the body' ? once(socket, 'data') : until(() => r.connections.length > 0))
          socket.destroy()
        } else if (when === 'in the body') {
          const answer = await ask(r)
          await once(answer.body, 'data')
          answer.abort()
        } else {
          const { connect } = await import('node:http2')
          const session = connect(`http://127.0.0.1:${r.port}`)
          session.request({}).on('error', () => {})
          await until(() => r.connections.length > 0)
          session.destroy()
        }
        const left = Date.now()
        await until(() => r.connections[0]?.destroyed === true)
        t.ok(Date.now() - left < 1_000)
        t.strictSame(await outcome, { kind: 'aborted' })
        return r
      },
    }),
  ),
  ...['with a length', 'in chunks'].map(
    (how): Row => ({
      name: `an upstream that dies in a body ${how} is never taken for done`,
      run: async (t, front) => {
        const framing = how === 'with a length' ? 'Content-Length: 100' : 'Transfer-Encoding: chunked'
        const body = how === 'with a length' ? 'first' : '5\r\nfirst\r\n'
        const raw = (socket: Socket) => {
          socket.once('data', () => socket.write(`HTTP/1.1 200 OK\r\n${framing}\r\n\r\n${body}`))
        }
        const r = await rig({ front, raw })
        const outcome = r.outcome()
        const answer = await ask(r)
        const [piece] = await once(answer.body, 'data')
        t.equal(String(piece), 'first')
        r.connections[0]?.destroy()
        await t.rejects(read(answer))
        t.match(await outcome, { kind: 'failed', why: 'cut', sent: true })
        return r
      },
    }),
  ),
  {
    name: 'a reset in a body that only the end of the connection ends is no end',
    run: async (t, front) => {
      const raw = (socket: Socket) => {
        socket.once('data', () => socket.write('HTTP/1.0 200 OK\r\n\r\nfirst'))
      }
      const r = await rig({ front, raw })
      const outcome = r.outcome()
      const answer = await ask(r)
      await once(answer.body, 'data')
      r.connections[0]?.resetAndDestroy()
      await t.rejects(read(answer))
      t.match(await outcome, { kind: 'failed', why: 'cut', sent: true })
      return r
    },
  },
  {
    name: 'an answer that comes before the upload has ended',
    run: async (t, front) => {
      const r = await rig({ front, app: (_req, res) => void res.writeHead(413).end('too large') })
      const answer = await ask(r, { method: 'POST', body: endless() })
      t.equal(answer.status, 413)
      t.equal((await read(answer)).toString(), 'too large')
      return r
    },
  },
  {
    name: 'a thousand endless streams starve nobody',
    run: async (t, front) => {
      const app: http.RequestListener = (req, res) => {
        if (req.url === '/one') res.end('here')
        else res.write('frame')
      }
      const r = await rig({ front, app })
      const streams = []
      for (let i = 0; i < 10; i++) {
        streams.push(...(await Promise.all(Array.from({ length: 100 }, () => ask(r, { path: '/stream' })))))
      }
      await Promise.all(streams.map(stream => once(stream.body, 'data')))
      t.equal((await read(await ask(r, { path: '/one' }))).toString(), 'here')
      t.equal(r.connections.length, 1001)
      return r
    },
  },
]

function endless(): Readable {
  return Readable.from(
    (async function* () {
      for (;;) {
        yield PIECE
        await new Promise(resolve => setImmediate(resolve))
      }
    })(),
  )
}

for (const front of ['h1', 'h2'] as const) {
  t.test(front, async t => {
    for (const row of rows) {
      await t.test(row.name, async t => {
        const r = await row.run(t, front)
        await r.close()
      })
    }
  })
}

t.test('to HTTP/1.0 a cut body ends in a reset', async t => {
  const raw = (socket: Socket) => {
    socket.once('data', () =>
      socket.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nfirst\r\n'),
    )
  }
  const r = await rig({ raw })
  const socket = connect(r.port, '127.0.0.1')
  socket.write('GET / HTTP/1.0\r\n\r\n')
  let text = ''
  socket.on('data', piece => {
    text += piece
    if (text.endsWith('first')) r.connections[0]?.destroy()
  })
  const [error] = await once(socket, 'error')
  t.equal(error.code, 'ECONNRESET')
  await r.close()
})

t.test('a client that promises more than it sends', async t => {
  const r = await rig({ app: () => {} })
  const outcome = r.outcome()
  const socket = connect(r.port, '127.0.0.1')
  socket.write('POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 10\r\n\r\nfive!')
  await until(() => r.connections.length > 0)
  socket.end()
  t.strictSame(await outcome, { kind: 'aborted' })
  await until(() => r.connections[0]?.destroyed === true)
  await r.close()
})
