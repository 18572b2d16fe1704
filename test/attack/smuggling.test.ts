/** Request smuggling: framed once, or refused. */
import t from 'tap'
import { answers, bytes, raw } from '../support/raw.ts'
import { openHome } from './home.ts'

const CHUNKED = 'Transfer-Encoding: chunked'

/** Framing that two parsers read differently: `head` is a POST's with these lines, `hidden` a whole request. */
const FRAMINGS: readonly (readonly [
  what: string,
  text: (head: (...lines: string[]) => string, hidden: string) => string,
])[] = [
  ['a length and chunks', (head, hidden) => `${head('Content-Length: 4', CHUNKED)}0\r\n\r\n${hidden}`],
  ['chunks and a length', (head, hidden) => `${head(CHUNKED, 'Content-Length: 4')}0\r\n\r\n${hidden}`],
  ['two lengths', (head, hidden) => head('Content-Length: 0', `Content-Length: ${hidden.length}`) + hidden],
  ['two lengths alike', (head, hidden) => head('Content-Length: 0', 'Content-Length: 0') + hidden],
  ['a list of lengths', (head, hidden) => head(`Content-Length: 0, ${hidden.length}`) + hidden],
  ['a signed length', (head, hidden) => head('Content-Length: +0') + hidden],
  ['a negative length', (head, hidden) => head('Content-Length: -1') + hidden],
  ['a hexadecimal length', (head, hidden) => head('Content-Length: 0x0') + hidden],
  ['xchunked', (head, hidden) => `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`],
  [
    'chunked, identity',
    (head, hidden) => `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${hidden}`,
  ],
  ['two codings', (head, hidden) => `${head(CHUNKED, 'Transfer-Encoding: x')}0\r\n\r\n${hidden}`],
  [
    'a vertical tab before chunked',
    (head, hidden) => `${head('Transfer-Encoding: \x0bchunked')}0\r\n\r\n${hidden}`,
  ],
  [
    'a space before the colon of a coding',
    (head, hidden) => `${head('Transfer-Encoding : chunked')}0\r\n\r\n${hidden}`,
  ],
  ['a space before the colon of a length', (head, hidden) => head('Content-Length : 0') + hidden],
  ['a folded coding', (head, hidden) => `${head('Transfer-Encoding:\r\n chunked')}0\r\n\r\n${hidden}`],
  [
    'a coding folded into another header',
    (head, hidden) => head('X: 1\r\n Transfer-Encoding: chunked', 'Content-Length: 0') + hidden,
  ],
  ['a bare line feed between headers', (head, hidden) => head('X: 1\nContent-Length: 0') + hidden],
  ['bare line feeds alone', (head, hidden) => head('Content-Length: 0').replaceAll('\r', '') + hidden],
  ['a bare carriage return', (head, hidden) => head('X: 1\rContent-Length: 0') + hidden],
  ['a null byte', (head, hidden) => head('X: a\0b', 'Content-Length: 0') + hidden],
  ['a name with a space', (head, hidden) => head('X Y: 1', 'Content-Length: 0') + hidden],
  ['a size in hexadecimal twice', (head, hidden) => `${head(CHUNKED)}0x0\r\n\r\n${hidden}`],
  ['a negative chunk', (head, hidden) => `${head(CHUNKED)}-1\r\n\r\n${hidden}`],
  ['a chunk past 64 bits', (head, hidden) => `${head(CHUNKED)}10000000000000000\r\n\r\n${hidden}`],
  ['a chunk ended by a bare line feed', (head, hidden) => `${head(CHUNKED)}1\na\r\n0\r\n\r\n${hidden}`],
  ['a bare line feed in an extension', (head, hidden) => `${head(CHUNKED)}1;x\na\r\n0\r\n\r\n${hidden}`],
  ['a chunk longer than it says', (head, hidden) => `${head(CHUNKED)}1\r\nab\r\n0\r\n\r\n${hidden}`],
  ['a chunk without its line end', (head, hidden) => `${head(CHUNKED)}1\r\na0\r\n\r\n${hidden}`],
]

t.test('what two parsers could frame differently is refused, and nothing behind it is read', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  for (const [who, headers] of [
    ['a stranger', to('open')],
    ['bob', [...to('app'), cookie]],
  ] as const) {
    const hidden = bytes('GET /hidden', headers)
    const head = (...lines: string[]) =>
      `${bytes('POST /first', headers).slice(0, -2)}${lines.join('\r\n')}\r\n\r\n`
    for (const [what, text] of FRAMINGS) {
      app.clear()
      t.strictSame(await answers(plainPort, text(head, hidden)), [400, 'closed'], `${who}: ${what}`)
      t.strictSame(app.seen, [], `${who}: ${what}: nothing reaches the app`)
    }
    app.clear()
    t.strictSame(await answers(plainPort, head('Content-Length: 0') + hidden), [200, 200], 'framed well')
    t.strictSame(app.seen.map(({ target }) => target).sort(), ['/first', '/hidden'], 'both get through')
  }
})

t.test('two hosts: the gateway would judge one, and the app might read the other', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const [open = ['', ''], proto = ['', '']] = to('open')
  const [closed = ['', '']] = to('app')
  for (const [what, line, hosts] of [
    ['an open one first', 'GET /', [open, closed]],
    ['an open one last', 'GET /', [closed, open]],
    ['twice the same', 'GET /', [open, open]],
    ['in another case', 'GET /', [open, ['hOST', closed[1]]]],
    ['one empty', 'GET /', [['Host', ''], open]],
    ['one in the target', `GET https://${closed[1]}/`, [open]],
    ['the same in the target', `GET https://${open[1]}/`, [open]],
  ] as const)
    for (const who of [[], [cookie]])
      t.equal((await raw(plainPort, bytes(line, [...hosts, proto, ...who]))).status, 400, what)
  t.strictSame(app.seen, [])
  t.equal((await raw(plainPort, bytes('GET /', [open, proto]))).status, 200, 'one alone is answered')
})

t.test('a body is framed once: chunks with extensions, on GET, of a refused request', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const hidden = bytes('GET /hidden', to('open'))
  const after = bytes('GET /after', to('open'))
  const length = ['Content-Length', String(hidden.length)] as const
  const chunked = ['Transfer-Encoding', 'chunked'] as const
  const chunks = `${hidden.length.toString(16)};a="b";c\r\n${hidden}\r\n0;z\r\n\r\n`
  for (const [what, text, status] of [
    ['extensions', bytes('POST /first', [...to('app'), cookie, chunked], chunks), 200],
    ['GET with a length', bytes('GET /first', [...to('app'), cookie, length], hidden), 200],
    ['GET with chunks', bytes('GET /first', [...to('app'), cookie, chunked], chunks), 200],
    ['refused', bytes('POST /first', [...to('app'), length], hidden), 401],
    ['refused GET', bytes('GET /first', [...to('app'), length], hidden), 401],
  ] as const) {
    app.clear()
    t.strictSame(await answers(plainPort, text + after), [status, 200], what)
    // Sorted, since the two may take connections of their own to the app.
    const reached = app.seen.map(({ target, body }) => `${target} ${body}`).sort()
    t.strictSame(reached, ['/after ', ...(status === 200 ? [`/first ${hidden}`] : [])], what)
  }
})
