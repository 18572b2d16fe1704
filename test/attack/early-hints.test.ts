/** A hostile app's early hints (RFC 8297): a link that stops the gateway, and hints for a client that does not read. */
import { createServer, type Socket } from 'node:net'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import t from 'tap'
import { openGateway } from '../support/gateway.ts'
import { openHouse } from '../support/house.ts'
import { bytes, openRaw, raw } from '../support/raw.ts'

setFlagsFromString('--expose-gc')
const collect: () => void = runInNewContext('gc')

const END = 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'
const hint = (link: string) => `HTTP/1.1 103 Early Hints\r\nLink: ${link}\r\n\r\n`

interface Teardown {
  teardown(fn: () => unknown): void
}

/** The gateway in front of an app that nobody signs in to. @param speak what the app does once it is asked */
async function open(t: Teardown, speak: (socket: Socket) => void) {
  const app = createServer(socket => {
    socket.on('error', () => {})
    socket.once('data', () => speak(socket))
    t.teardown(() => socket.destroy())
  })
  await new Promise<void>(resolve => app.listen(0, '127.0.0.1', resolve))
  t.teardown(() => app.close())
  const address = app.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  const house = await openHouse(t, {
    apps: `  app: { upstream: 'http://127.0.0.1:${port}', policy: bypass }\n`,
  })
  const { plainPort } = await openGateway(t, house)
  return { plainPort, ask: bytes('GET /', [['Host', house.at('app').host]]) }
}

t.test('no link takes time', async t => {
  // Twelve of these are 17 s of Node's own pattern, each one more is four times as much.
  const links = [`<x>${';a=a=a=a'.repeat(12)}"`, `<x>${' '.repeat(30_000)}=`, `<x>${';a="'.repeat(5000)}`]
  const { plainPort, ask } = await open(t, socket => {
    for (const link of links) socket.write(hint(link))
    socket.end(hint('</a.css>; rel=preload; as="style"') + END)
  })
  const began = performance.now()
  t.equal((await raw(plainPort, ask)).status, 200)
  const took = performance.now() - began
  t.ok(took < 5000, `${took} ms`)

  const reader = await openRaw(plainPort)
  t.teardown(() => reader.destroy())
  reader.write(ask)
  const first = await reader.answer()
  t.strictSame([first.status, first.header('link')], [103, '</a.css>; rel=preload; as="style"'])
  t.equal((await reader.answer()).status, 200, 'and only the one that is right')
})

t.test('hints for a client that does not read are not kept for it', async t => {
  const { promise: all, resolve: sent } = Promise.withResolvers<void>()
  const { plainPort, ask } = await open(t, socket => {
    const many = hint(`</${'a'.repeat(8000)}>`).repeat(100)
    let left = 60
    const more = (): void => {
      if (left-- > 0) socket.write(many, more)
      else socket.write(END, () => sent())
    }
    more()
  })
  const reader = await openRaw(plainPort)
  t.teardown(() => reader.destroy())
  reader.socket.pause()
  collect()
  const before = process.memoryUsage().heapUsed
  reader.write(ask)
  await all
  // The last of it may still be on its way; 48 MB were sent.
  await new Promise(resolve => setTimeout(resolve, 200))
  collect()
  const growth = process.memoryUsage().heapUsed - before
  t.ok(growth < 16e6, `${growth} bytes`)
})
