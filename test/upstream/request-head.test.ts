/** What a request's head may be made of, and how its body is framed: decided once, by what is written. */
import t from 'tap'
import { requestHead, trailerLines } from '../../src/upstream/request-head.ts'

const get = { method: 'GET', target: '/', headers: ['Host', 'a'] }
const END = 'Connection: keep-alive\r\n\r\n'

t.test('framing', async t => {
  const rows: [string, string[], boolean, string[], string][] = [
    ['GET', [], false, [], ''],
    ['GET', ['Content-Length', '0'], false, [], 'Content-Length: 0\r\n'],
    ['DELETE', [], false, [], ''],
    ['POST', [], false, [], 'Content-Length: 0\r\n'],
    ['POST', ['content-length', '5'], true, [], 'Content-Length: 5\r\n'],
    ['POST', [], true, [], 'Transfer-Encoding: chunked\r\n'],
    ['POST', ['Transfer-Encoding', 'gzip'], true, [], 'Transfer-Encoding: chunked\r\n'],
    ['PUT', ['Content-Length', '5'], true, ['X-Sum'], 'Transfer-Encoding: chunked\r\nTrailer: X-Sum\r\n'],
  ]
  for (const [method, headers, body, trailers, lines] of rows) {
    const { text } = requestHead({ method, target: '/x?y', headers }, body, trailers)
    t.equal(text, `${method} /x?y HTTP/1.1\r\n${lines}${END}`)
  }
})

t.test("the connection's own headers are ours to set", async t => {
  const own = ['Connection', 'Keep-Alive', 'Expect', 'TE', 'Trailer', 'Upgrade', 'Proxy-Connection']
  const headers = own.flatMap(name => [name, 'x'])
  t.equal(requestHead({ ...get, headers }, false, []).text, `GET / HTTP/1.1\r\n${END}`)
})

t.test('what would hide a second request, or a header, is not sent', async t => {
  const headers: [string, string[], boolean][] = [
    ['a length without a body', ['Content-Length', '5'], false],
    ['two lengths', ['Content-Length', '5', 'content-length', '5'], true],
    ['a length that is none', ['Content-Length', '5, 5'], true],
    ['a signed length', ['Content-Length', '+5'], true],
    ['a line break in a value', ['X', 'a\r\nRemote-User: admin'], false],
    ['a bare line feed', ['X', 'a\nb'], false],
    ['a zero', ['X', 'a\0b'], false],
    ['a character that is no byte', ['X', 'a\u{10d}\u{10a}b'], false],
    ['a line break in a name', ['X\r\nY', 'a'], false],
    ['a colon in a name', ['X: y\r\nZ', 'a'], false],
    ['a name of nothing', ['', 'a'], false],
  ]
  for (const [name, list, body] of headers)
    t.throws(() => requestHead({ ...get, headers: list }, body, []), { code: 'GATEHOUSE_UPSTREAM' }, name)
  for (const target of ['', 'x', '/a b', '/a\r\nX: y', '/\u{120}HTTP'])
    t.throws(
      () => requestHead({ ...get, target }, false, []),
      { code: 'GATEHOUSE_UPSTREAM' },
      `target '${target}'`,
    )
  for (const method of ['', 'GE T', 'GET /x HTTP/1.1\r\n'])
    t.throws(
      () => requestHead({ ...get, method }, false, []),
      { code: 'GATEHOUSE_UPSTREAM' },
      `method '${method}'`,
    )
  t.throws(() => trailerLines(['X', 'a\r\nb'], () => true), { code: 'GATEHOUSE_UPSTREAM' })
})
