/** Answers before the answer (RFC 9110 section 15.2), and what an app can do with many of them. */
import type { Socket } from 'node:net'
import { Readable } from 'node:stream'
import t from 'tap'
import { openRaw } from '../support/raw.ts'
import { ask, read } from './ask.ts'
import { rig } from './rig.ts'

const END = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const HINT = `HTTP/1.1 103 Early Hints\r\nLink: </${'a'.repeat(1000)}>; rel=preload\r\n\r\n`

/** Sends 400 KB of hints ahead of each answer but that to `/first`, which waits for `go`. */
function hinting(go: Promise<void>): (socket: Socket) => void {
  return socket => {
    socket.on('data', piece => {
      if (piece.toString('latin1').startsWith('GET /first')) go.then(() => socket.write(END))
      else socket.write(HINT.repeat(400) + END)
    })
  }
}

t.test('over HTTP/2, where nobody sees what waits for a client, hints are bounded by their sum', async t => {
  const r = await rig({ front: 'h2', raw: hinting(Promise.resolve()) })
  const answer = await ask(r)
  t.equal((await read(answer)).toString(), 'ok')
  const { length } = answer.interim
  t.ok(length > 10 && length < 100, `${length} hints`)
  await r.close()
})

t.test('so are they behind an answer that is not there yet', async t => {
  const { promise, resolve } = Promise.withResolvers<void>()
  const r = await rig({ raw: hinting(promise) })
  const client = await openRaw(r.port)
  client.write('GET /first HTTP/1.1\r\nHost: a\r\n\r\nGET /second HTTP/1.1\r\nHost: a\r\n\r\n')
  await r.outcome()
  resolve()
  t.equal((await client.answer()).status, 200)
  let hints = 0
  while ((await client.answer()).status === 103) hints++
  t.ok(hints > 10 && hints < 100, `${hints} hints`)
  client.destroy()
  await r.close()
})

t.test('a 100 does not start the time for an answer while the client is still sending', async t => {
  const raw = (socket: Socket) => {
    let taken = ''
    socket.on('data', piece => {
      if (taken === '') socket.write('HTTP/1.1 100 Continue\r\n\r\n')
      taken += piece.toString('latin1')
      if (taken.endsWith('0\r\n\r\n')) socket.write(END)
    })
  }
  const r = await rig({ raw, timeouts: { first_byte: 150 } })
  const slow = Readable.from(
    (async function* () {
      for (const piece of ['a', 'b']) {
        yield Buffer.from(piece)
        await new Promise(resolve => setTimeout(resolve, 300))
      }
    })(),
  )
  t.equal((await ask(r, { method: 'POST', body: slow })).status, 200)
  await r.close()
})
