/** What a client says of itself and of the way to here, in every spelling, in front of the real NGINX with its snippets. */
import { once } from 'node:events'
import { connect } from 'node:http2'
import t from 'tap'
import { FORWARDED } from '../../src/lib/headers.ts'
import { openNginxHome } from '../support/nginx-home.ts'
import { one } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { cgiValues, valuesOf } from '../support/upstream.ts'

type Pair = readonly [string, string]

const FACES = { user: 'bob', groups: 'family', name: 'Bob', email: 'bob@gatehouse.localhost' }
const HANDSHAKE: readonly Pair[] = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]

/** An identity header in every spelling that some program takes for it. */
const spellings = (field: string): Pair[] => {
  const name = `Remote-${field}`
  const all = [
    name,
    name.toUpperCase(),
    name.toLowerCase(),
    name.replace('-', '_'),
    name.toUpperCase().replace('-', '_'),
    name.replace('-', '.'),
    `HTTP_REMOTE_${field.toUpperCase()}`,
  ]
  return [
    [name, ''],
    ...all.map(each => [each, 'root'] as const),
    [name, 'root, bob'],
    ['Connection', `${name}, close`],
  ]
}

for (const cache of [false, true])
  t.test(cache ? 'with the cache' : 'without the cache', { skip: without('nginx') }, async t => {
    const home = await openNginxHome(t, {
      cache,
      apps: `  app: { upstream: 'UPSTREAM', policy: one_factor }
  open: { upstream: 'UPSTREAM', policy: bypass }
  near: { upstream: 'UPSTREAM', policy: deny, rules: [{ networks: [127.0.0.9/32], policy: bypass }] }
`,
    })
    const { app } = home
    const cookie = ['Cookie', `authelia_session=${home.session('bob')}`] as const
    const seen = () => app.seen.at(-1)?.rawHeaders ?? []

    await t.test('CVE-2025-64484, CVE-2024-45410: who it is, nobody else says', async t => {
      for (const sent of [[], HANDSHAKE] as const)
        for (const [field, value] of Object.entries(FACES)) {
          const known = await home.ask('GET /1', 'app', [...spellings(field), cookie, ...sent])
          t.equal(known.status, sent === HANDSHAKE ? 101 : 200)
          t.strictSame(cgiValues(seen(), `Remote-${field}`), [value], `${field} of bob`)
          t.strictSame(valuesOf(seen(), `HTTP_REMOTE_${field}`), [])
          t.equal(
            (await home.ask('GET /2', 'open', [...spellings(field), ...sent])).status,
            sent === HANDSHAKE ? 101 : 200,
          )
          t.strictSame(cgiValues(seen(), `Remote-${field}`), [], `${field} of nobody`)
        }
      t.equal((await home.ask('GET /', 'app', spellings('User'))).status, 401)
      const pairs = Object.keys(FACES).flatMap(spellings)
      t.equal((await home.ask('DELETE /', 'app', [...pairs, cookie])).status, 200)
      t.strictSame(cgiValues(seen(), 'Remote-User'), ['bob'], 'all at once, for a method that is never kept')
    })

    await t.test('the same over HTTP/2', async t => {
      const client = connect(`https://app.gatehouse.localhost:${home.port}`, {
        ca: home.house.ca,
        lookup: (_h, _o, done) => done(null, [{ address: '127.0.0.1', family: 4 }]),
      })
      t.teardown(() => client.close())
      const forged = {
        'remote-user': ['root', ''],
        remote_user: 'root',
        'x-forwarded-host': 'open',
        cookie: ['a=1', cookie[1]],
      }
      const stream = client.request({ ':path': '/h2', ...forged })
      const [head] = await once(stream, 'response')
      stream.resume()
      await once(stream, 'end')
      t.equal(head[':status'], 200)
      t.strictSame(cgiValues(seen(), 'Remote-User'), ['bob'])
      t.equal(one(app.seen.at(-1), 'cookie'), 'a=1')
      t.equal(one(app.seen.at(-1), 'x-forwarded-host'), `app.gatehouse.localhost:${home.port}`)
    })

    await t.test('CVE-2026-40575, CVE-2023-36456: the way to here, nobody else says', async t => {
      const open = `https://open.gatehouse.localhost:${home.port}/`
      const lies: readonly Pair[][] = [
        [['X-Original-URL', open]],
        [
          ['X-Original-Url', open],
          ['X-Original-Method', 'OPTIONS'],
          ['X-Original-URI', '/public'],
        ],
        [
          ['X-Forwarded-Host', 'open.gatehouse.localhost'],
          ['X-Forwarded-Proto', 'https'],
          ['X-Forwarded-Method', 'GET'],
          ['X-Forwarded-Uri', '/'],
        ],
        [
          ['X-Original-Host', 'open.gatehouse.localhost'],
          ['Forwarded', 'host=open.gatehouse.localhost'],
        ],
        [
          ['X-Gatehouse-Refusal', 'e30.AAAA'],
          ['X-Gatehouse-Consumed', ''],
          ['X-Gatehouse-Token', 'x'],
        ],
        [
          ['X-Authelia-URL', open],
          ['Session-Username', 'bob'],
        ],
      ]
      app.clear()
      for (const sent of lies) t.equal((await home.ask('GET /', 'app', sent)).status, 401, sent[0]?.[0] ?? '')
      const near: readonly Pair[][] = [
        [['X-Forwarded-For', '127.0.0.9']],
        [
          ['X-Forwarded-For', '127.0.0.9'],
          ['X-Forwarded-For', '127.0.0.9, 127.0.0.1'],
        ],
        [
          ['X-Real-IP', '127.0.0.9'],
          ['Forwarded', 'for=127.0.0.9'],
          ['True-Client-IP', '127.0.0.9'],
        ],
      ]
      for (const sent of near) t.equal((await home.ask('GET /', 'near', sent)).status, 403)
      t.strictSame(app.seen, [], 'nothing of it opened anything')
      t.equal((await home.askFrom('127.0.0.9', 'GET /', 'near')).status, 200, 'the address itself does')
      t.equal(
        (await home.askFrom('127.0.0.8', 'GET /', 'near')).status,
        403,
        'and its answer is kept for it alone',
      )

      const all = [...FORWARDED].map((name): Pair => [name, 'lie'])
      const more = [
        'For',
        'Host',
        'Proto',
        'Port',
        'Uri',
        'User',
        'Groups',
        'Email',
        'Prefix',
        'Server',
        'Scheme',
        'Ssl',
      ]
      const forwarded = more.map((name): Pair => [`X-Forwarded-${name}`, 'lie'])
      await home.ask('GET /', 'app', [...all, ...forwarded, cookie])
      t.notMatch(seen(), /lie/)
      t.strictSame(valuesOf(seen(), 'X-Forwarded-For'), ['127.0.0.1'])
      t.strictSame(valuesOf(seen(), 'X-Real-IP'), ['127.0.0.1'])
      t.strictSame(valuesOf(seen(), 'X-Forwarded-Proto'), ['https'])
      t.strictSame(valuesOf(seen(), 'Host'), [`app.gatehouse.localhost:${home.port}`])
    })
  })
