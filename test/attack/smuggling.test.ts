/** Request smuggling and reused upgrades (oauth2-proxy#1347, gatekeeper#666): framed once, or refused. */
import t from 'tap'
import { bytes, openRaw, raw } from '../support/raw.ts'
import { valuesOf } from '../support/upstream.ts'
import { openHome, UPGRADE } from './home.ts'

t.test('what two parsers could frame differently is refused', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const head = (...more: string[]) =>
    `POST / HTTP/1.1\r\n${[...to('app'), cookie].map(([n, v]) => `${n}: ${v}\r\n`).join('')}${more.join('\r\n')}\r\n\r\n`
  const hidden = 'GET /hidden HTTP/1.1\r\nHost: x\r\n\r\n'
  for (const [what, text] of [
    ['a length and chunks', `${head('Content-Length: 5', 'Transfer-Encoding: chunked')}0\r\n\r\n${hidden}`],
    ['two lengths', `${head('Content-Length: 0', 'Content-Length: 5')}${hidden}`],
    ['xchunked', `${head('Transfer-Encoding: xchunked')}0\r\n\r\n`],
    ['chunked twice over', `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n`],
    ['a folded line', `${head('X-A: 1\r\n Transfer-Encoding: chunked', 'Content-Length: 0')}`],
    ['a space before the colon', head('Content-Length : 0')],
    ['a bare line feed', `${head('X-A: 1\nContent-Length: 5')}`],
  ] as const) {
    const { status } = await raw(plainPort, text)
    t.equal(status, 400, what)
  }
  t.notOk(app.seen.some(({ target }) => target === '/hidden'))
})

t.test('after a refused upgrade nothing more is read on that connection', async t => {
  const { plainPort, app, to } = await openHome(t)
  const connection = await openRaw(plainPort)
  connection.write(bytes('GET /socket', [...to('app'), ...UPGRADE]) + bytes('GET /behind', to('open')))
  t.equal((await connection.answer()).status, 401)
  await connection.closed
  t.strictSame(app.seen, [])
})

t.test('h2c, CONNECT and an Expect that is refused', async t => {
  const { plainPort, app, to } = await openHome(t)
  const h2c = [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABk'],
  ] as const
  t.equal(
    (await raw(plainPort, bytes('GET /', [...to('app'), ...h2c]))).status,
    401,
    'a plain request, judged as one',
  )
  t.equal((await raw(plainPort, bytes('CONNECT app.gatehouse.localhost:443', to('app')))).status, 405)
  const waits = [
    ['Expect', '100-continue'],
    ['Content-Length', '5'],
  ] as const
  t.equal(
    (await raw(plainPort, bytes('POST /', [...to('app'), ...waits]))).status,
    401,
    'before any body is asked for',
  )
  t.strictSame(app.seen, [])
})

/** A connection's bytes in, all that it answers out: to its end, or to as many answers as are awaited. */
async function statuses(port: number, sent: string, awaited: number): Promise<number[]> {
  const connection = await openRaw(port)
  const found: number[] = []
  try {
    connection.write(sent)
    while (found.length < awaited) found.push((await connection.answer()).status)
  } catch {
    // it was closed, as it may be after a refusal
  } finally {
    connection.destroy()
  }
  return found
}

t.test('a request hidden in what is framed wrongly never becomes one, on an open app either', async t => {
  const { plainPort, app, to } = await openHome(t)
  const hidden = bytes('GET /hidden', to('open'))
  const lines = to('open').map(([name, value]) => `${name}: ${value}\r\n`)
  const head = (...more: string[]) => `POST /first HTTP/1.1\r\n${lines.join('')}${more.join('\r\n')}\r\n\r\n`
  const chunked = 'Transfer-Encoding: chunked'
  for (const [what, text] of [
    ['a length and chunks', `${head('Content-Length: 4', chunked)}0\r\n\r\n${hidden}`],
    ['chunks and a length', `${head(chunked, 'Content-Length: 4')}0\r\n\r\n${hidden}`],
    ['two lengths', `${head('Content-Length: 0', `Content-Length: ${hidden.length}`)}${hidden}`],
    ['a list of lengths', `${head(`Content-Length: 0, ${hidden.length}`)}${hidden}`],
    ['a signed length', `${head('Content-Length: +0')}${hidden}`],
    ['a negative length', `${head('Content-Length: -1')}${hidden}`],
    ['a hexadecimal length', `${head('Content-Length: 0x0')}${hidden}`],
    ['xchunked', `${head('Transfer-Encoding: xchunked')}0\r\n\r\n${hidden}`],
    ['chunked, identity', `${head('Transfer-Encoding: chunked, identity')}0\r\n\r\n${hidden}`],
    ['two codings', `${head(chunked, 'Transfer-Encoding: x')}0\r\n\r\n${hidden}`],
    ['a vertical tab before chunked', `${head('Transfer-Encoding: \x0bchunked')}0\r\n\r\n${hidden}`],
    ['a space before the colon', `${head('Transfer-Encoding : chunked')}0\r\n\r\n${hidden}`],
    ['a folded coding', `${head('Transfer-Encoding:\r\n chunked')}0\r\n\r\n${hidden}`],
    ['a bare line feed between headers', `${head(`X: 1\nContent-Length: ${hidden.length}`)}${hidden}`],
    ['a bare line feed at the end', `POST /first HTTP/1.1\n${lines.join('')}\n${hidden}`],
    ['a bare carriage return', `${head(`X: 1\rContent-Length: ${hidden.length}`)}${hidden}`],
    ['a null byte', `${head('X: a\0b')}${hidden}`],
    ['a name with a space', `${head('X Y: 1')}${hidden}`],
    ['a size in hexadecimal twice', `${head(chunked)}0x0\r\n\r\n${hidden}`],
    ['a negative chunk', `${head(chunked)}-1\r\n\r\n${hidden}`],
    ['a chunk past 64 bits', `${head(chunked)}10000000000000000\r\n\r\n${hidden}`],
    ['a chunk ended by a bare line feed', `${head(chunked)}1\na\r\n0\r\n\r\n${hidden}`],
    ['a bare line feed in an extension', `${head(chunked)}1;x\na\r\n0\r\n\r\n${hidden}`],
    ['a chunk longer than it says', `${head(chunked)}1\r\nab\r\n0\r\n\r\n${hidden}`],
  ] as const) {
    app.clear()
    t.notOk(
      (await statuses(plainPort, text, 2)).some(status => status < 400),
      what,
    )
    t.notOk(
      app.seen.some(({ target }) => target === '/hidden'),
      `${what}: not reached`,
    )
  }
  t.strictSame(await statuses(plainPort, hidden, 1), [200], 'by itself it gets through')
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
    const found = await statuses(plainPort, text + after, 2)
    t.equal(found[0], status, what)
    // Sorted, since the two may take connections of their own to the app. After a refusal the gateway may
    // as well end the client's connection.
    const reached = app.seen.map(({ target, body }) => `${target} ${body}`).sort()
    const first = status === 200 ? [`/first ${hidden}`] : []
    t.strictSame(reached, [...(found.length === 2 ? ['/after '] : []), ...first], what)
  }
})

t.test('gatekeeper#666: behind an upgrade that the app refuses, each request is judged afresh', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  app.server.removeAllListeners('upgrade') // Node then answers it as a plain request
  const first = bytes('GET /socket', [...to('app'), cookie, ...UPGRADE])
  const found = await statuses(plainPort, first + bytes('GET /behind', to('app')), 2)
  t.equal(found[0], 200)
  t.not(found[1], 200)
  t.strictSame(
    app.seen.map(({ target }) => target),
    ['/socket'],
  )
})

t.test('h2c is never offered to the app', async t => {
  const { plainPort, app, to } = await openHome(t)
  const h2c = [
    ['Connection', 'Upgrade, HTTP2-Settings'],
    ['Upgrade', 'h2c'],
    ['HTTP2-Settings', 'AAMAAABk'],
  ] as const
  t.equal((await raw(plainPort, bytes('GET /plain', [...to('open'), ...h2c]))).status, 200)
  for (const name of ['Upgrade', 'HTTP2-Settings'])
    t.strictSame(valuesOf(app.seen[0]?.rawHeaders ?? [], name), [], name)
  t.notMatch(valuesOf(app.seen[0]?.rawHeaders ?? [], 'Connection').join(), /upgrade|http2/i)
})
