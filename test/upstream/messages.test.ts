/** What must arrive unharmed, and what must not arrive: one table, over both HTTP versions and all kinds of upstream. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import t, { type Test } from 'tap'
import { type Answer, ask, linesOf, type Question, read } from './ask.ts'
import { type BackKind, type FrontKind, type Options, rig } from './rig.ts'

interface Seen {
  readonly method: string
  readonly target: string
  readonly lines: string[]
  body: string
}
interface Row extends Pick<Options, 'raw' | 'edit'> {
  readonly name: string
  readonly only?: FrontKind
  readonly question?: Question
  readonly app?: (req: IncomingMessage, res: ServerResponse) => void
  readonly check: (t: Test, answer: Answer, body: Buffer, seen: Seen) => void
}

const raw =
  (answer: string): NonNullable<Options['raw']> =>
  socket => {
    socket.once('data', () => socket.write(Buffer.from(answer, 'latin1')))
  }
const values = (lines: readonly string[], name: string) =>
  lines.filter(line => line.toLowerCase().startsWith(`${name}: `)).map(line => line.slice(name.length + 2))
const gzipped = gzipSync('squeezed')
const wide = 'x'.repeat(15_000)

const rows: Row[] = [
  ...['GET', 'DELETE', 'OPTIONS', 'PROPFIND', 'MKCOL', 'REPORT', 'M-SEARCH', 'PATCH'].map(
    (method): Row => ({
      name: `${method} without a body stays so`,
      question: { method, path: '/a%2Fb/?q=%20&&x=;' },
      check: (t, answer, _body, seen) => {
        t.equal(answer.status, 200)
        t.equal(seen.method, method)
        t.equal(seen.target, '/a%2Fb/?q=%20&&x=;')
        t.equal(seen.body, '')
        t.strictSame(values(seen.lines, 'transfer-encoding'), [])
      },
    }),
  ),
  ...['POST', 'PUT', 'PATCH', 'GET', 'DELETE', 'PROPFIND', 'REPORT', 'M-SEARCH'].flatMap((method): Row[] => [
    {
      name: `${method} with a length keeps it`,
      question: { method, headers: { 'content-length': '5' }, body: Buffer.from('hello') },
      check: (t, _answer, _body, seen) => {
        t.equal(seen.body, 'hello')
        t.strictSame(values(seen.lines, 'content-length'), ['5'])
        t.strictSame(values(seen.lines, 'transfer-encoding'), [])
      },
    },
    {
      name: `${method} in chunks is framed once`,
      question: { method, body: slowly('hel', 'lo') },
      check: (t, _answer, _body, seen) => {
        t.equal(seen.body, 'hello')
        t.equal(
          [...values(seen.lines, 'content-length'), ...values(seen.lines, 'transfer-encoding')].length,
          1,
        )
      },
    },
  ]),
  {
    name: 'an empty POST says so',
    question: { method: 'POST', headers: { 'content-length': '0' } },
    check: (t, _answer, _body, seen) => t.strictSame(values(seen.lines, 'content-length'), ['0']),
  },
  {
    name: 'Expect is answered by the door and goes no further',
    question: {
      method: 'POST',
      headers: { expect: '100-continue', 'content-length': '2' },
      body: Buffer.from('ok'),
    },
    check: (t, answer, _body, seen) => {
      t.equal(answer.status, 200)
      t.equal(seen.body, 'ok')
      t.strictSame(values(seen.lines, 'expect'), [])
    },
  },
  {
    name: 'request headers arrive in order, with their bytes and their case',
    only: 'h1',
    question: { headers: { 'X-One': ['1', '2'], 'X-Latin': 'caf\xe9 \xc3\xa9', 'X-Empty': '' } },
    check: (t, _answer, _body, seen) => {
      const sent = seen.lines.filter(line => line.startsWith('X-'))
      t.strictSame(sent, ['X-One: 1', 'X-One: 2', 'X-Latin: caf\xe9 \xc3\xa9', 'X-Empty: '])
    },
  },
  {
    name: 'large heads pass both ways',
    question: { headers: { cookie: wide.slice(0, 12_000) } },
    raw: raw(`HTTP/1.1 200 OK\r\nX-Wide: ${wide}\r\nX-Wider: ${wide}\r\nContent-Length: 0\r\n\r\n`),
    check: (t, answer) => t.equal(values(answer.lines, 'x-wider')[0]?.length, wide.length),
  },
  {
    name: 'HEAD keeps the length and brings no body',
    question: { method: 'HEAD' },
    app: (_req, res) => res.writeHead(200, { 'content-length': 12345 }).end(),
    check: (t, answer, body) => {
      t.strictSame(values(answer.lines, 'content-length'), ['12345'])
      t.equal(body.length, 0)
    },
  },
  {
    name: 'HEAD of a chunked answer announces no trailer',
    question: { method: 'HEAD' },
    raw: raw('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n'),
    check: (t, answer) => t.equal(answer.status, 200),
  },
  {
    name: '204 has neither body nor length',
    raw: raw('HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX-A: b\r\n\r\n'),
    check: (t, answer, body) => {
      t.equal(answer.status, 204)
      t.equal(body.length, 0)
      t.strictSame(values(answer.lines, 'content-length'), [])
    },
  },
  {
    name: '304 keeps the length and the tag',
    raw: raw('HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 99\r\n\r\n'),
    check: (t, answer, body) => {
      t.equal(answer.status, 304)
      t.strictSame(values(answer.lines, 'etag'), ['"x"'])
      t.equal(body.length, 0)
    },
  },
  {
    name: '103 brings its links and nothing else, then the answer',
    raw: raw(
      'HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\nSet-Cookie: a=1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    ),
    check: (t, answer, body) => {
      t.match(answer.interim, [{ status: 103, link: '</s.css>; rel=preload' }])
      t.equal(body.toString(), 'ok')
    },
  },
  {
    name: '102 passes',
    raw: raw('HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    check: (t, answer) => t.match(answer.interim, [{ status: 102 }]),
  },
  {
    name: 'a 100 that nobody asked for is swallowed',
    raw: raw('HTTP/1.1 100 Continue\r\nX-A: b\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok'),
    check: (t, answer, body) => {
      t.strictSame(answer.interim, [])
      t.equal(answer.status, 200)
      t.equal(body.toString(), 'ok')
    },
  },
  {
    name: 'a 100 in pieces is swallowed, and a second one too',
    raw: socket => {
      const pieces = [
        'HTTP/1.1 100 Con',
        'tinue\r\n\r',
        '\nHTTP/1.1 100 Continue\r\n\r\n',
        'HTTP/1.1 200 OK\r\n',
      ]
      socket.once('data', async () => {
        for (const piece of [...pieces, 'Content-Length: 2\r\n\r\n', 'ok']) {
          socket.write(piece)
          await new Promise(resolve => setTimeout(resolve, 5))
        }
      })
    },
    check: (t, answer, body) => t.strictSame([answer.status, body.toString()], [200, 'ok']),
  },
  {
    name: 'a body that looks like a 100 is a body',
    raw: socket => {
      socket.once('data', () => {
        socket.write('HTTP/1.1 200 OK\r\nContent-Length: 25\r\n\r\n', () => {
          setTimeout(() => socket.write('HTTP/1.1 100 Continue\r\n\r\n'), 10)
        })
      })
    },
    check: (t, _answer, body) => t.equal(body.toString(), 'HTTP/1.1 100 Continue\r\n\r\n'),
  },
  {
    name: 'trailers of the answer arrive, cookies in them do not',
    raw: raw(
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n2\r\nok\r\n0\r\nX-Sum: 7\r\nSet-Cookie: a=1\r\n\r\n',
    ),
    check: (t, answer, body) => {
      t.equal(body.toString(), 'ok')
      t.match(answer.trailers(), { 'x-sum': '7' })
      t.notOk('set-cookie' in answer.trailers())
    },
  },
  {
    name: 'ranges pass both ways',
    question: { headers: { range: 'bytes=1-2' } },
    raw: raw('HTTP/1.1 206 Partial Content\r\nContent-Range: bytes 1-2/9\r\nContent-Length: 2\r\n\r\nbc'),
    check: (t, answer, body) => {
      t.equal(answer.status, 206)
      t.strictSame(values(answer.lines, 'content-range'), ['bytes 1-2/9'])
      t.equal(body.toString(), 'bc')
    },
  },
  {
    name: 'what is compressed stays compressed',
    question: { headers: { 'accept-encoding': 'gzip' } },
    app: (_req, res) => res.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipped),
    check: (t, _answer, body, seen) => {
      t.ok(body.equals(gzipped))
      t.strictSame(values(seen.lines, 'accept-encoding'), ['gzip'])
    },
  },
  {
    name: 'doubled headers stay doubled and in order, bytes kept',
    raw: raw(
      'HTTP/1.1 200 OK\r\nSet-Cookie: a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT\r\nVary: A\r\nSet-Cookie: b=2\r\nVary: B\r\nX-L: caf\xe9\r\nContent-Length: 0\r\n\r\n',
    ),
    check: (t, answer) => {
      t.strictSame(values(answer.lines, 'set-cookie'), ['a=1; Expires=Thu, 01 Jan 2032 00:00:00 GMT', 'b=2'])
      t.strictSame(values(answer.lines, 'vary'), ['A', 'B'])
      t.strictSame(values(answer.lines, 'x-l'), ['caf\xe9'])
    },
  },
  {
    name: 'a header that HTTP/2 takes once is given once',
    only: 'h2',
    raw: raw(
      'HTTP/1.1 200 OK\r\nX-Content-Type-Options: nosniff\r\nX-Content-Type-Options: nosniff\r\nETag: "1"\r\nETag: "2"\r\nContent-Length: 0\r\n\r\n',
    ),
    check: (t, answer) => t.strictSame(values(answer.lines, 'etag'), ['"1"']),
  },
  {
    name: 'hop-by-hop headers end here, with those that Connection names',
    raw: raw(
      'HTTP/1.1 200 OK\r\nConnection: x-hop, Upgrade\r\nX-Hop: 1\r\nUpgrade: h2\r\nKeep-Alive: timeout=9\r\nProxy-Connection: x\r\nX-Stays: 1\r\nContent-Length: 0\r\n\r\n',
    ),
    check: (t, answer) => {
      const names = answer.lines.map(line => line.split(':')[0]?.toLowerCase())
      t.ok(names.includes('x-stays'))
      for (const gone of ['x-hop', 'upgrade', 'proxy-connection']) t.notOk(names.includes(gone), gone)
      t.notOk(answer.lines.some(line => line.includes('timeout=9')))
    },
  },
  {
    name: 'an old upstream that ends its body with the connection',
    raw: socket => {
      socket.once('data', () => socket.end('HTTP/1.0 200 OK\r\n\r\nto the end'))
    },
    check: (t, _answer, body) => t.equal(body.toString(), 'to the end'),
  },
  {
    name: 'edit has the last word',
    edit: (status, headers) => [...headers.filter((_, i) => i > 1), 'X-Status', String(status)],
    raw: raw('HTTP/1.1 418 Teapot\r\nX-First: 1\r\nX-Second: 2\r\nContent-Length: 0\r\n\r\n'),
    check: (t, answer) => {
      t.equal(answer.status, 418)
      t.strictSame(values(answer.lines, 'x-first'), [])
      t.strictSame(values(answer.lines, 'x-status'), ['418'])
    },
  },
  {
    name: 'space behind a value is none of it: over HTTP/2 it would spoil the answer',
    raw: raw('HTTP/1.1 200 OK\r\nX-A: b \t \r\nX-B:\t\r\nX-C: \r\nContent-Length: 0\r\n\r\n'),
    check: (t, answer) => {
      t.equal(answer.status, 200)
      for (const [name, value] of [
        ['x-a', 'b'],
        ['x-b', ''],
        ['x-c', ''],
      ] as const)
        t.strictSame(values(answer.lines, name), [value])
    },
  },
  {
    name: 'an edit cannot break out of the head',
    edit: () => ['X-A', 'b\r\nSet-Cookie: evil=1'],
    check: (t, answer) => {
      t.equal(answer.status, 502)
      t.strictSame(values(answer.lines, 'set-cookie'), [])
    },
  },
]

for (const front of ['h1', 'h2'] as const) {
  for (const back of ['http', 'https', 'unix'] as const) {
    t.test(`${front} to ${back}`, async t => {
      for (const row of rows) if (row.only === undefined || row.only === front) await run(t, row, front, back)
    })
  }
}

async function run(t: Test, row: Row, front: FrontKind, back: BackKind): Promise<void> {
  const seen: Seen[] = []
  const app = (req: IncomingMessage, res: ServerResponse) => {
    const one = { method: req.method ?? '', target: req.url ?? '', lines: linesOf(req.rawHeaders), body: '' }
    seen.push(one)
    req.on('data', piece => {
      one.body += piece
    })
    req.on('end', () => (row.app ? row.app(req, res) : res.end('plain')))
  }
  const r = await rig({
    front,
    back,
    ...(row.raw ? { raw: row.raw } : { app }),
    ...(row.edit && { edit: row.edit }),
  })
  const body = row.question?.body
  const question = body instanceof Readable ? { ...row.question, body: slowly('hel', 'lo') } : row.question
  await t.test(row.name, async t => {
    const answer = await ask(r, question)
    row.check(t, answer, await read(answer), seen[0] ?? { method: '', target: '', lines: [], body: '' })
  })
  await r.close()
}

function slowly(...pieces: string[]): Readable {
  return Readable.from(
    (async function* () {
      for (const piece of pieces) {
        yield Buffer.from(piece)
        await new Promise(resolve => setImmediate(resolve))
      }
    })(),
  )
}
