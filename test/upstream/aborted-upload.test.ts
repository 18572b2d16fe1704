/** An upload that its client gives up must not reach the app as a whole one: it would keep half a file. */
import { once } from 'node:events'
import http2 from 'node:http2'
import net, { type Socket } from 'node:net'
import t from 'tap'
import { openRaw } from '../support/raw.ts'
import { type Rig, rig } from './rig.ts'

/** A rig whose app takes the first bytes of a body, and what the app has got when its connection is gone. */
async function taking(front: 'h1' | 'h2'): Promise<{ r: Rig; begun: Promise<void>; all: Promise<string> }> {
  const begun = Promise.withResolvers<void>()
  const all = Promise.withResolvers<string>()
  let taken = ''
  const raw = (socket: Socket) => {
    socket.on('data', piece => {
      taken += piece.toString('latin1')
      if (taken.includes('half')) begun.resolve()
    })
    socket.once('close', () => all.resolve(taken))
  }
  return { r: await rig({ front, raw }), begun: begun.promise, all: all.promise }
}

const { NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR } = http2.constants
const PREFACE = 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n'
const [DATA, HEADERS, RST_STREAM, SETTINGS] = [0, 1, 3, 4] as const
const END_HEADERS = 4

/** RFC 9113 section 4.1, on stream 1. Node's own client ends a stream before it resets it. */
function frame(type: number, flags: number, payload: Buffer, stream = 1): Buffer {
  const head = Buffer.alloc(9)
  head.writeUIntBE(payload.length, 0, 3)
  head.writeUInt8(type, 3)
  head.writeUInt8(flags, 4)
  head.writeUInt32BE(stream, 5)
  return Buffer.concat([head, payload])
}

/** A header literally, without an index (RFC 7541 section 6.2.2). */
function header(name: string, value: string): Buffer {
  return Buffer.from(
    `\0${String.fromCharCode(name.length)}${name}${String.fromCharCode(value.length)}${value}`,
  )
}

const PUT = Buffer.concat([
  header(':method', 'PUT'),
  header(':scheme', 'http'),
  header(':path', '/file'),
  header(':authority', 'a'),
])

for (const code of [NGHTTP2_CANCEL, NGHTTP2_NO_ERROR, NGHTTP2_INTERNAL_ERROR]) {
  t.test(`a stream without a length that is reset with code ${code}`, async t => {
    const { r, begun, all } = await taking('h2')
    const client = net.connect(r.port, '127.0.0.1')
    client.write(PREFACE)
    client.write(frame(SETTINGS, 0, Buffer.alloc(0), 0))
    client.write(frame(HEADERS, END_HEADERS, PUT))
    client.write(frame(DATA, 0, Buffer.from('half')))
    await begun
    client.write(frame(RST_STREAM, 0, Buffer.from([0, 0, 0, code])))
    const taken = await all
    t.ok(taken.endsWith('\r\n4\r\nhalf\r\n'), JSON.stringify(taken.slice(-24)))
    t.match(r.outcomes, [{ kind: 'aborted' }])
    client.destroy()
    await r.close()
  })
}

t.test('a connection that ends', async t => {
  const { r, begun, all } = await taking('h1')
  const client = await openRaw(r.port)
  client.write('PUT /file HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n4\r\nhalf\r\n')
  await begun
  client.socket.end()
  t.ok((await all).endsWith('\r\n4\r\nhalf\r\n'))
  t.match(r.outcomes, [{ kind: 'aborted' }])
  await r.close()
})

t.test('one that is sent to its end is whole', async t => {
  const { r, begun } = await taking('h2')
  const session = http2.connect(`http://127.0.0.1:${r.port}`)
  const stream = session.request({ ':method': 'PUT', ':path': '/file' })
  stream.on('error', () => {})
  stream.write('half')
  await begun
  stream.end('other')
  const [piece] = await once(r.connections[0] as Socket, 'data')
  t.equal(String(piece), '5\r\nother\r\n0\r\n\r\n')
  session.destroy()
  await r.close()
})
