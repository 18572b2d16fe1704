import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import t from 'tap'
import { bytes, openRaw, parseAnswer, raw } from './raw.ts'
import { cgiValues, recordingUpstream, valuesOf } from './upstream.ts'

t.test('answers are told apart in the bytes', async t => {
  const table: readonly [string, string, string, string | undefined, string][] = [
    ['a length', 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokHTTP', 'GET', 'ok', 'HTTP'],
    ['half a body', 'HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\nok', 'GET', undefined, ''],
    [
      'chunks',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n1;x=y\r\n!\r\n0\r\n\r\nrest',
      'GET',
      'ok!',
      'rest',
    ],
    [
      'trailers',
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\nA: b\r\n\r\nrest',
      'GET',
      '',
      'rest',
    ],
    ['no body by method', 'HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nrest', 'HEAD', '', 'rest'],
    ['no body by status', 'HTTP/1.1 304 Not Modified\r\nContent-Length: 9\r\n\r\nrest', 'GET', '', 'rest'],
    ['half a head', 'HTTP/1.1 200 OK\r\nContent-', 'GET', undefined, ''],
  ]
  for (const [name, text, method, body, rest] of table) {
    const found = parseAnswer(Buffer.from(text), method)
    t.equal(found?.answer.body, body, name)
    if (found !== undefined) t.equal(text.slice(found.length), rest, `${name}: what follows`)
  }
  const ended = parseAnswer(Buffer.from('HTTP/1.0 200 OK\r\nA: 1\r\na: 2\r\n\r\nto the end'), 'GET', true)
  t.match(ended?.answer, {
    status: 200,
    body: 'to the end',
    headers: [
      ['a', '1'],
      ['a', '2'],
    ],
  })
})

t.test('two answers on one connection, and one that never comes', async t => {
  const app = await recordingUpstream(t)
  const connection = await openRaw(app.port)
  const get = bytes('GET /x', [
    ['Host', 'a'],
    ['Remote_User', 'm'],
    ['remote-user', 'n'],
  ])
  connection.write(get + get)
  for (const target of ['/x', '/x']) t.match(JSON.parse((await connection.answer()).body), { target })
  t.strictSame(valuesOf(app.seen[0]?.rawHeaders ?? [], 'REMOTE-USER'), ['n'])
  t.strictSame(cgiValues(app.seen[0]?.rawHeaders ?? [], 'Remote-User'), ['m', 'n'])
  connection.destroy()
  const silent = createServer(socket => socket.end())
  silent.listen(0, '127.0.0.1')
  await once(silent, 'listening')
  await t.rejects(raw((silent.address() as AddressInfo).port, get), /ended without an answer/)
  silent.close()
})
