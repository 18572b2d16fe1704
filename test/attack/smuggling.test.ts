/** Request smuggling and reused upgrades (oauth2-proxy#1347, gatekeeper#666): framed once, or refused. */
import t from 'tap'
import { bytes, openRaw, raw } from '../support/raw.ts'
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
