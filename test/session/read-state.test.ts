import t from 'tap'
import type { Answer } from '../../src/session/exchange.ts'
import { readLogout, readState } from '../../src/session/read-state.ts'
import { answerOf, recorded } from './stand-ins.ts'

function json(body: string | Buffer, type = 'application/json; charset=utf-8', status = 200): Answer {
  return { status, headers: [Buffer.from('Content-Type'), Buffer.from(type)], body: Buffer.from(body) }
}
const state = (data: unknown, status = 'OK') => json(JSON.stringify({ status, data }))

function named(name: string): Answer {
  const exchange = recorded.find(r => r.name === name)
  if (exchange === undefined) throw new Error(`${name} is not recorded`)
  return answerOf(exchange)
}

t.test('recorded states', async t => {
  t.equal(readState(named('api/state anonymous')), undefined)
  t.strictSame(readState(named('api/state 1fa')), { user: 'alice', level: 1 })
  t.strictSame(readState(named('totp/state 2fa')), { user: 'alice', level: 2 })
  t.match(readState(named('api/state no forwarded headers (http host 127.0.0.1)')), {
    kind: 'unavailable',
    reason: 'status',
    status: 403,
  })
})

t.test('garbage is never somebody', async t => {
  const alice = { username: 'alice', authentication_level: 2 }
  const rows: [string, Answer][] = [
    ['no JSON', json('<html>')],
    ['empty', json('')],
    ['cut JSON', json('{"status":"OK","data":{"username":"alice","authentication_level":2')],
    ['null', json('null')],
    ['a list', json('[]')],
    ['KO', state(alice, 'KO')],
    ['no status', json(JSON.stringify({ data: alice }))],
    ['no data', json('{"status":"OK"}')],
    ['data null', state(null)],
    ['data a list', state([alice])],
    ['no user', state({ authentication_level: 2 })],
    ['a numeric user', state({ ...alice, username: 5 })],
    ['a user with a line feed', state({ ...alice, username: 'alice\nbob' })],
    ['no level', state({ username: 'alice' })],
    ['level 3', state({ ...alice, authentication_level: 3 })],
    ['level -1', state({ ...alice, authentication_level: -1 })],
    ['level 1.5', state({ ...alice, authentication_level: 1.5 })],
    ['level "2"', state({ ...alice, authentication_level: '2' })],
    ['level true', state({ ...alice, authentication_level: true })],
    ['a user at level 0', state({ ...alice, authentication_level: 0 })],
    ['nobody at level 2', state({ ...alice, username: '' })],
    ['text/html', json(JSON.stringify({ status: 'OK', data: alice }), 'text/html')],
    [
      'not UTF-8',
      json(Buffer.from('{"status":"OK","data":{"username":"\xff","authentication_level":2}}', 'latin1')),
    ],
    ['201', { ...state(alice), status: 201 }],
    ['302', { ...state(alice), status: 302 }],
    ['500', { ...state(alice), status: 500 }],
  ]
  for (const [name, answer] of rows) t.match(readState(answer), { kind: 'unavailable' }, name)
  t.match(readState({ failure: 'timeout', detail: 'timeout', stale: false }), { reason: 'timeout' })
  t.match(readState({ failure: 'unsendable', detail: 'x', stale: false }), { reason: 'garbage' })
})

t.test('sign-out', async t => {
  for (const name of ['logout/POST logout targetURL', 'logout/POST logout anonymous', 'oidc/portal logout']) {
    t.equal(readLogout(named(name)), true, name)
  }
  t.equal(readLogout(json('{"status":"KO"}')), false)
  t.equal(readLogout(json('{"status":"OK","data":{}}', 'text/html')), false)
  t.equal(readLogout({ ...json('{"status":"OK","data":{}}'), status: 403 }), false)
  t.equal(readLogout({ failure: 'refused', detail: 'ECONNREFUSED', stale: false }), false)
})
