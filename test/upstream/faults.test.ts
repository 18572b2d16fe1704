/** What goes wrong with an upstream, and what it is called. */
import net, { type Socket } from 'node:net'
import t from 'tap'
import { ask, read } from './ask.ts'
import { selfSigned } from './certificates.ts'
import { localhost, type Options, portOf, rig } from './rig.ts'

interface Row extends Options {
  readonly name: string
  /** Absent: it works. */
  readonly why?: string
  readonly sent?: boolean
}

const answer =
  (text: string): NonNullable<Options['raw']> =>
  socket => {
    socket.once('data', () => socket.write(text))
  }
const OK = 'HTTP/1.1 200 OK\r\n'
const right = await localhost()
const other = await selfSigned([{ type: 'dns', value: 'other.example' }])
const expired = await selfSigned([{ type: 'ip', value: '127.0.0.1' }], true)

/** An address where nobody listens. */
const unused = await new Promise<string>(resolve => {
  const server = net.createServer().listen(0, '127.0.0.1', () => {
    const port = portOf(server)
    server.close(() => resolve(`http://127.0.0.1:${port}`))
  })
})

const rows: Row[] = [
  { name: 'nobody listens', origin: unused, why: 'down' },
  { name: 'no such name', origin: 'http://no-such-host.invalid', why: 'down' },
  { name: 'no head in time', raw: () => {}, timeouts: { first_byte: 200 }, why: 'slow' },
  { name: 'half a head in time', raw: answer(`${OK}X-`), timeouts: { first_byte: 200 }, why: 'slow' },
  {
    name: 'silence in the body',
    raw: answer(`${OK}Content-Length: 9\r\n\r\nab`),
    timeouts: { idle: 200 },
    why: 'slow',
    sent: true,
  },
  { name: 'a handshake that never ends', back: 'https', timeouts: { connect: 200 }, why: 'slow' },
  {
    name: 'closed before an answer',
    raw: socket => void socket.once('data', () => socket.end()),
    why: 'cut',
  },
  { name: 'not HTTP at all', raw: answer('SSH-2.0-OpenSSH_9.2\r\n'), why: 'protocol' },
  {
    name: 'a status below 100, which is no interim answer',
    raw: answer(`HTTP/1.1 099 Early\r\n\r\n${OK}Content-Length: 2\r\n\r\nok`),
    why: 'protocol',
  },
  {
    name: 'two lengths',
    raw: answer(`${OK}Content-Length: 1\r\nContent-Length: 2\r\n\r\nab`),
    why: 'protocol',
  },
  {
    name: 'a length and chunks',
    raw: answer(`${OK}Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`),
    why: 'protocol',
  },
  { name: 'a folded header', raw: answer(`${OK}X-A: b\r\n c\r\nContent-Length: 0\r\n\r\n`), why: 'protocol' },
  { name: 'a bare carriage return', raw: answer(`${OK}X-A: b\rSet-Cookie: a=1\r\n\r\n`), why: 'protocol' },
  { name: 'a bad length', raw: answer(`${OK}Content-Length: +2\r\n\r\nab`), why: 'protocol' },
  { name: 'a 101 that nobody asked for', raw: answer('HTTP/1.1 101 Switching\r\n\r\n'), why: 'protocol' },
  {
    name: 'a bad chunk',
    raw: answer(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\nxyz\r\n`),
    why: 'protocol',
  },
  {
    name: 'a bad chunk, later',
    raw: socket => {
      socket.once('data', () => {
        socket.write(`${OK}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n`)
        setTimeout(() => socket.write('xyz\r\n'), 100)
      })
    },
    why: 'protocol',
    sent: true,
  },
  {
    name: 'an endless head',
    raw: answer(`${OK}${`X-A: ${'b'.repeat(8000)}\r\n`.repeat(20)}\r\n`),
    why: 'protocol',
  },
  { name: 'its own authority', back: 'https' },
  { name: 'an unknown authority', back: 'https', tls: {}, why: 'certificate' },
  { name: 'another name', back: 'https', certificate: other, why: 'certificate' },
  { name: 'an expired certificate', back: 'https', certificate: expired, why: 'certificate' },
  { name: 'unverified by choice', back: 'https', certificate: expired, tls: { insecure_skip_verify: true } },
  { name: 'pinned', back: 'https', certificate: other, tls: { fingerprint: other.fingerprint } },
  {
    name: 'pinned, with colons in upper case',
    back: 'https',
    certificate: expired,
    tls: { fingerprint: expired.fingerprint.toUpperCase().replace(/..(?!$)/g, '$&:') },
  },
  { name: 'not the pinned one', back: 'https', tls: { fingerprint: other.fingerprint }, why: 'certificate' },
  {
    name: 'a pin outweighs a wish not to verify',
    back: 'https',
    tls: { fingerprint: other.fingerprint, insecure_skip_verify: true },
    why: 'certificate',
  },
]

for (const { name, why, sent = false, ...options } of rows) {
  t.test(name, async t => {
    const r = await rig(name.startsWith('a handshake') ? await silentTls(t, options) : options)
    const outcome = r.outcome()
    const got = await ask(r)
    if (why === undefined) t.equal(got.status, 200)
    else if (!sent)
      t.equal(
        got.lines.find(line => line.startsWith('x-why')),
        `x-why: ${why}`,
      )
    if (sent) await t.rejects(read(got))
    t.match(await outcome, why === undefined ? { kind: 'done' } : { kind: 'failed', why, sent })
    await r.close()
  })
}

/** Takes connections and says nothing. */
async function silentTls(t: { teardown(f: () => void): void }, options: Options): Promise<Options> {
  const sockets: Socket[] = []
  const server = net.createServer(socket => void sockets.push(socket))
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  t.teardown(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { ...options, origin: `https://127.0.0.1:${portOf(server)}` }
}

t.test('nothing of a request is sent to a host with the wrong certificate', async t => {
  let bytes = 0
  const raw = (socket: Socket) => {
    socket.on('data', piece => {
      bytes += piece.length
    })
  }
  for (const tls of [{}, { fingerprint: other.fingerprint }]) {
    const r = await rig({ back: 'https', raw, tls })
    t.equal((await ask(r)).status, 502)
    await r.close()
  }
  t.equal(bytes, 0)
})

t.test('the name of the host is sent, an address is not', async t => {
  const { createServer } = await import('node:tls')
  const names: unknown[] = []
  const server = createServer({ key: right.key, cert: right.cert }, socket => {
    names.push((socket as unknown as { servername: unknown }).servername)
    socket.on('error', () => {}).once('data', () => socket.end(`${OK}Content-Length: 0\r\n\r\n`))
  })
  await new Promise<void>(resolve => server.listen(0, resolve))
  for (const host of ['localhost', '127.0.0.1']) {
    const r = await rig({ back: 'https', origin: `https://${host}:${portOf(server)}` })
    t.equal((await ask(r)).status, 200)
    await r.close()
  }
  t.strictSame(names, ['localhost', false])
  server.close()
})

t.test('a body that is slow to be read is not idle', async t => {
  const r = await rig({
    timeouts: { idle: 200 },
    app: (_req, res) => void res.end(Buffer.alloc(8 * 1024 * 1024)),
  })
  const got = await ask(r)
  await new Promise(resolve => setTimeout(resolve, 500))
  t.equal((await read(got)).length, 8 * 1024 * 1024)
  await r.close()
})
