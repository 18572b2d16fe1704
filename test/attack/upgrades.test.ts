/** Requests that ask to leave HTTP/1.1 (oauth2-proxy#1347, gatekeeper#666, h2c smuggling): nobody rides along. */
import t from 'tap'
import { answers, bytes, openRaw, raw } from '../support/raw.ts'
import { valuesOf } from '../support/upstream.ts'
import { openHome, UPGRADE } from './home.ts'

const H2C = [
  ['Connection', 'Upgrade, HTTP2-Settings'],
  ['Upgrade', 'h2c'],
  ['HTTP2-Settings', 'AAMAAABk'],
] as const

t.test('oauth2-proxy#1347: after a refused upgrade nothing more is read on that connection', async t => {
  const { plainPort, app, to } = await openHome(t)
  const text = bytes('GET /socket', [...to('app'), ...UPGRADE]) + bytes('GET /behind', to('open'))
  t.strictSame(await answers(plainPort, text), [401, 'closed'])
  t.strictSame(app.seen, [])
})

t.test('gatekeeper#666: after an upgrade that the app refuses neither', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  app.server.removeAllListeners('upgrade') // Node then answers it as a plain request
  const first = bytes('GET /socket', [...to('app'), cookie, ...UPGRADE])
  const found = await answers(plainPort, first + bytes('GET /behind', to('open')))
  t.strictSame(found, [200, 'closed'])
  t.strictSame(
    app.seen.map(({ target }) => target),
    ['/socket'],
  )
})

t.test('h2c, CONNECT and an Expect that is refused', async t => {
  const { plainPort, app, to } = await openHome(t)
  t.equal(
    (await raw(plainPort, bytes('GET /', [...to('app'), ...H2C]))).status,
    401,
    'a plain request, judged as one',
  )
  const tunnel = bytes('CONNECT app.gatehouse.localhost:443', to('app')) + bytes('GET /behind', to('open'))
  t.strictSame(await answers(plainPort, tunnel), [405, 'closed'], 'CONNECT')
  const waits = [
    ['Expect', '100-continue'],
    ['Content-Length', '5'],
  ] as const
  const connection = await openRaw(plainPort)
  connection.write(bytes('POST /', [...to('app'), ...waits]))
  t.equal((await connection.answer()).status, 401, 'before any body is asked for')
  connection.destroy()
  t.strictSame(app.seen, [])
})

t.test('h2c is never offered to the app', async t => {
  const { plainPort, app, to } = await openHome(t)
  t.equal((await raw(plainPort, bytes('GET /plain', [...to('open'), ...H2C]))).status, 200)
  for (const name of ['Upgrade', 'HTTP2-Settings'])
    t.strictSame(valuesOf(app.seen[0]?.rawHeaders ?? [], name), [], name)
  t.notMatch(valuesOf(app.seen[0]?.rawHeaders ?? [], 'Connection').join(), /upgrade|http2/i)
})
