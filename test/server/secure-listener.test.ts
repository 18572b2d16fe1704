import { once } from 'node:events'
import { type ClientHttp2Session, connect as connectH2 } from 'node:http2'
import { connect, type TLSSocket } from 'node:tls'
import t from 'tap'
import { loadCertificates } from '../../src/server/certificates.ts'
import { openListener } from '../../src/server/listener.ts'
import { makeCertificate, place } from './certificate.ts'
import { all, entryFor, exchange, loopback, sayingDoor, silent } from './stand-in.ts'

t.test('a TLS listener', async t => {
  const folder = t.testdir()
  const [a, b, c] = await Promise.all(['a', 'b', 'c'].map(name => makeCertificate([`${name}.example.com`])))
  if (!a || !b || !c) return
  const files = [place(folder, 'a', a), place(folder, 'b', b)]
  const entry = entryFor(sayingDoor(), { secure: true })
  const certificates = await loadCertificates(files, Date.now)
  const listener = await openListener({ ...loopback, tls: files }, entry, certificates, silent)
  const port = listener.port ?? 0
  t.teardown(() => {
    const left = listener.leave()
    listener.destroy()
    return left
  })

  async function handshake(servername: string | undefined, protocols = ['http/1.1']): Promise<TLSSocket> {
    const socket = connect({
      port,
      host: '127.0.0.1',
      ...(servername && { servername }),
      ALPNProtocols: protocols,
      rejectUnauthorized: false,
    })
    await once(socket, 'secureConnect')
    return socket
  }
  async function shown(servername?: string): Promise<string> {
    const socket = await handshake(servername)
    const { fingerprint256 } = socket.getPeerCertificate()
    socket.destroy()
    return fingerprint256
  }

  t.equal(await shown('a.example.com'), a.fingerprint)
  t.equal(await shown('b.example.com'), b.fingerprint, 'by SNI')
  t.equal(await shown(), a.fingerprint, 'the first without SNI')

  await t.test('HTTP/1.1 has the same edges as a plain listener', async t => {
    const talk = async (bytes: string) => {
      const socket = await handshake('a.example.com')
      socket.write(bytes)
      return all(socket)
    }
    const END = 'Host: a\r\nConnection: close\r\n'
    const cases: [name: string, request: string, answer: RegExp][] = [
      ['plain', `GET /x HTTP/1.1\r\n${END}\r\n`, /^HTTP\/1.1 200 .*"secure":true/s],
      [
        'Expect',
        `PUT /x HTTP/1.1\r\n${END}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
        /^HTTP\/1.1 403 .*expect/s,
      ],
      [
        'h2c',
        'GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, close\r\n\r\n',
        /^HTTP\/1.1 200 /,
      ],
      [
        'WebSocket',
        'GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\r\n',
        /^HTTP\/1.1 101 /,
      ],
      ['CONNECT', 'CONNECT a:22 HTTP/1.1\r\nHost: a:22\r\n\r\n', /^HTTP\/1.1 405 /],
      ['no Host', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400 /],
      [
        'a length and chunks',
        `POST /x HTTP/1.1\r\n${END}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
        /^HTTP\/1.1 400 /,
      ],
      [
        '60 KB of cookies',
        `GET /x HTTP/1.1\r\n${END}Cookie: ${'a'.repeat(60_000)}\r\n\r\n`,
        /^HTTP\/1.1 200 /,
      ],
      [
        'a head without end',
        `GET /x HTTP/1.1\r\n${END}Cookie: ${'a'.repeat(70_000)}\r\n\r\n`,
        /^HTTP\/1.1 431 /,
      ],
    ]
    for (const [name, request, answer] of cases) t.match(await talk(request), answer, name)
  })

  await t.test('what is no TLS is cut at once', async t => {
    t.notMatch(await exchange(port, 'GET / HTTP/1.1\r\nHost: a\r\n\r\n'), /HTTP/)
    t.notMatch(await exchange(port, 'SSH-2.0-OpenSSH_9.6\r\n'), /HTTP/)
  })

  await t.test('HTTP/2', async t => {
    const session = connectH2(`https://127.0.0.1:${port}`, {
      servername: 'a.example.com',
      rejectUnauthorized: false,
    })
    t.teardown(() => session.destroy())
    await once(session, 'remoteSettings')
    t.equal(session.remoteSettings.enableConnectProtocol ?? false, false, 'no extended CONNECT (RFC 8441)')
    t.equal(session.remoteSettings.maxConcurrentStreams, 128)
    t.strictSame(await ask(session, { ':path': '/x' }), [200, 'request GET /x'])
    t.strictSame(await ask(session, { ':path': '/x', ':method': 'PUT', expect: '100-continue' }), [
      403,
      'expect PUT /x',
    ])
    t.strictSame(await ask(session, { ':path': '/x', ':method': 'PUT', expect: 'tea' }), [417, ''])
    t.strictSame(await ask(session, { ':method': 'CONNECT', ':authority': 'a:22' }), [405, ''])
    const cookies = Array.from({ length: 200 }, (_, n) => `c${n}=${'x'.repeat(80)}`)
    t.strictSame(
      await ask(session, { ':path': '/x', cookie: cookies }),
      [200, 'request GET /x'],
      'many cookies',
    )
  })

  await t.test('renewed certificates', async t => {
    const renewed = place(folder, 'a', c)
    listener.point(entry, await loadCertificates([renewed], Date.now))
    t.equal(await shown(), c.fingerprint, 'without SNI')
    t.equal(await shown('a.example.com'), c.fingerprint, 'with SNI')
  })
})

async function ask(
  session: ClientHttp2Session,
  headers: Record<string, string | string[]>,
): Promise<[number, string]> {
  const stream = session.request(headers, { endStream: true })
  let text = ''
  stream.setEncoding('utf8')
  stream.on('data', (part: string) => {
    text += part
  })
  const [answer] = (await once(stream, 'response')) as [{ ':status'?: number }]
  await once(stream, 'close')
  return [answer[':status'] ?? 0, text]
}
