import { connect } from 'node:net'
import t from 'tap'
import { openListener } from '../../src/server/listener.ts'
import { all, entryFor, exchange, loopback, sayingDoor, silent } from './stand-in.ts'

const open = (door = sayingDoor()) => openListener(loopback, entryFor(door), undefined, silent)

const END = 'Host: a\r\nConnection: close\r\n'

t.test('what reaches which function of the door', async t => {
  const listener = await open()
  t.teardown(() => listener.leave())
  const ws =
    'Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'
  const cases: [name: string, request: string, answer: RegExp][] = [
    [
      'a plain request',
      `GET /x HTTP/1.1\r\n${END}\r\n`,
      /^HTTP\/1.1 200 .*x-called: request.*request GET \/x$/s,
    ],
    [
      'the decision comes before 100 Continue',
      `PUT /x HTTP/1.1\r\n${END}Expect: 100-continue\r\nContent-Length: 4\r\n\r\n`,
      /^HTTP\/1.1 403 .*x-called: expect/s,
    ],
    [
      'an unknown expectation',
      `PUT /x HTTP/1.1\r\n${END}Expect: tea\r\nContent-Length: 4\r\n\r\n`,
      /^HTTP\/1.1 417 /,
    ],
    ['a WebSocket', `GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: WebSocket\r\n${ws}\r\n`, /^HTTP\/1.1 101 /],
    [
      'h2c is a plain request',
      `GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: h2c\r\nConnection: Upgrade, HTTP2-Settings, close\r\nHTTP2-Settings: AAMAAABkAAQAAP__\r\n\r\n`,
      /^HTTP\/1.1 200 .*request GET/s,
    ],
    [
      'a WebSocket among other protocols is a plain request',
      `GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket, h2c\r\nConnection: Upgrade, close\r\n\r\n`,
      /^HTTP\/1.1 200 .*request GET/s,
    ],
    [
      'an upgrade with a body is a plain request',
      `GET /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nContent-Length: 4\r\n\r\nbody`,
      /^HTTP\/1.1 200 .*request GET/s,
    ],
    [
      'an upgrade by POST is a plain request',
      `POST /x HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nContent-Length: 0\r\n\r\n`,
      /^HTTP\/1.1 200 .*request POST/s,
    ],
    ['CONNECT', 'CONNECT a:22 HTTP/1.1\r\nHost: a:22\r\n\r\n', /^HTTP\/1.1 405 .*Connection: close/s],
    ['no Host', 'GET /x HTTP/1.1\r\nConnection: close\r\n\r\n', /^HTTP\/1.1 400 /],
    ['not HTTP', 'SSH-2.0-OpenSSH_9.6\r\n\r\n', /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n\r\n$/],
    [
      'Content-Length with Transfer-Encoding',
      `POST /x HTTP/1.1\r\n${END}Content-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n`,
      /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n\r\n$/,
    ],
    [
      'two lengths',
      `POST /x HTTP/1.1\r\n${END}Content-Length: 4\r\nContent-Length: 5\r\n\r\nabcd`,
      /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n\r\n$/,
    ],
    ['a bare LF', 'GET /x HTTP/1.1\nHost: a\n\n', /^HTTP\/1.1 400 Bad Request\r\nConnection: close\r\n\r\n$/],
    ['a folded header', `GET /x HTTP/1.1\r\n${END}X: a\r\n b\r\n\r\n`, /^HTTP\/1.1 400 /],
    ['60 KB of cookies', `GET /x HTTP/1.1\r\n${END}Cookie: ${'a'.repeat(60_000)}\r\n\r\n`, /^HTTP\/1.1 200 /],
    [
      'a head without end',
      `GET /x HTTP/1.1\r\n${END}Cookie: ${'a'.repeat(70_000)}\r\n\r\n`,
      /^HTTP\/1.1 431 Request Header Fields Too Large\r\nConnection: close\r\n\r\n$/,
    ],
  ]
  for (const [name, request, answer] of cases)
    t.match(await exchange(listener.port ?? 0, request), answer, name)
})

t.test('no header is dropped from one view of the head and kept in the other', async t => {
  let seen: unknown[] = []
  const listener = await open(
    sayingDoor((req, res) => {
      seen = [req.headers.te, req.rawHeaders.at(-1), req.rawHeaders.length / 2]
      res.end()
    }),
  )
  t.teardown(() => listener.leave())
  const many = Array.from({ length: 4_000 }, (_, n) => `x${n}: 1\r\n`).join('')
  const request = `GET / HTTP/1.1\r\n${END}${many}TE: trailers\r\n\r\n`
  t.match(await exchange(listener.port ?? 0, request), /^HTTP\/1.1 200 /)
  t.strictSame(seen, ['trailers', 'trailers', 4_003])
})

t.test(
  'headers has what the edges ask for, as node has it, and nothing that a way could read twice',
  async t => {
    let seen: object = {}
    const listener = await open(
      sayingDoor((req, res) => {
        seen = { ...req.headers }
        res.end()
      }),
    )
    t.teardown(() => listener.leave())
    const head = `${END}Cookie: a=1\r\nX-Te: 1\r\nTE: a\r\nte: b\r\nTrailer: X-Sum\r\nContent-Length: 0\r\n`
    t.match(await exchange(listener.port ?? 0, `GET / HTTP/1.1\r\n${head}\r\n`), /^HTTP\/1.1 200 /)
    t.strictSame(seen, { host: 'a', te: 'a, b', trailer: 'X-Sum', 'content-length': '0' })
  },
)

t.test('a door that throws answers 500 and tells nothing', async t => {
  const listener = await open(
    sayingDoor(() => {
      throw new Error('secret')
    }),
  )
  t.teardown(() => listener.leave())
  const answer = await exchange(listener.port ?? 0, `GET / HTTP/1.1\r\n${END}\r\n`)
  t.match(answer, /^HTTP\/1.1 500 /)
  t.notMatch(answer, /secret/)
})

t.test('a request that comes by a listener on its way out ends its connection', async t => {
  const waiting: (() => void)[] = []
  let came = () => {}
  const listener = await open(
    sayingDoor((req, res) => {
      waiting.push(() => res.end(`${req.url}`))
      came()
    }),
  )
  const arrival = () => new Promise<void>(resolve => (came = resolve))
  const socket = connect(listener.port ?? 0, '127.0.0.1')
  const first = arrival()
  socket.write('GET /1 HTTP/1.1\r\nHost: a\r\n\r\n')
  const text = all(socket)
  await first
  const left = listener.leave()
  const second = arrival()
  socket.write('GET /2 HTTP/1.1\r\nHost: a\r\n\r\n')
  await second
  for (const answer of waiting) answer()
  t.match(await text, /Connection: keep-alive.*\/1.*Connection: close.*\/2/s)
  await left
})
