/** NGINX's own verdict cache: what it keeps, for whom, for how long; and that a kept yes opens nothing that would have been a no. */
import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { openNginxHome } from '../support/nginx-home.ts'
import { one, openNginxStub } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { bytes, raw, type TlsPort } from '../support/raw.ts'

const skip = without('nginx')
type Pair = readonly [string, string]

const HOST: Pair = ['Host', 'stub.example.com']
const BOB: Pair = ['Cookie', 'authelia_session=bob']
const OWN: Pair = ['Sec-Fetch-Site', 'same-origin']
const HANDSHAKE: readonly Pair[] = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
]

t.test('one verdict is kept for equal requests, and for no other', { skip }, async t => {
  const stub = await openNginxStub(t, { cache: true })
  /** How many questions a request costs. */
  const cost = async (line: string, headers: readonly Pair[], from = '127.0.0.1'): Promise<number> => {
    const before = stub.questions().length
    await raw({ port: stub.port, from }, bytes(line, [HOST, ...headers]))
    return stub.questions().length - before
  }
  t.equal(await cost('GET /a?b=1', [BOB]), 1, 'asked once')
  t.equal(await cost('GET /a?b=1', [BOB]), 0, 'and kept')
  t.equal(one(stub.app.seen.at(-1), 'remote-user'), 'bob', 'with who it is')
  for (const same of [
    [OWN],
    [
      ['Sec-Fetch-Site', 'none'],
      ['Sec-Fetch-Dest', 'document'],
    ],
    [['Accept', 'text/html']],
    [['User-Agent', 'x']],
  ] as Pair[][])
    t.equal(await cost('GET /a?b=1', [BOB, ...same]), 0, `kept for ${same.join()}`)
  t.equal(
    await cost('GET /a?b=1', [['Cookie', 'z=1; authelia_session=bob; y=2']]),
    0,
    'whatever other cookies there are',
  )

  const others: readonly (readonly [name: string, line: string, headers: readonly Pair[], from?: string])[] =
    [
      ['another path', 'GET /A?b=1', [BOB]],
      ['another query', 'GET /a?b=2', [BOB]],
      ['the same path in other bytes', 'GET /%61?b=1', [BOB]],
      ['HEAD', 'HEAD /a?b=1', [BOB]],
      ['another session', 'GET /a?b=1', [['Cookie', 'authelia_session=alice']]],
      ['a session in another case', 'GET /a?b=1', [['Cookie', 'authelia_session=Bob']]],
      ['another address', 'GET /a?b=1', [BOB], '127.0.0.9'],
    ]
  for (const [name, line, headers, from] of others) {
    t.equal(await cost(line, headers, from), 1, `${name} is another question`)
    t.equal(await cost(line, headers, from), 0, `${name} is kept too`)
  }

  const never: readonly (readonly [name: string, line: string, headers: readonly Pair[]])[] = [
    ...['POST', 'PUT', 'DELETE', 'OPTIONS', 'PROPFIND'].map(
      method => [method, `${method} /a?b=1`, [BOB]] as const,
    ),
    ['no session', 'GET /a?b=1', []],
    ['an empty one', 'GET /a?b=1', [['Cookie', 'authelia_session=']]],
    ['two of them', 'GET /a?b=1', [['Cookie', 'authelia_session=bob; authelia_session=alice']]],
    ['a planted one', 'GET /a?b=1', [['Cookie', 'AUTHELIA_SESSION=alice; authelia_session=bob']]],
    ['a password', 'GET /a?b=1', [BOB, ['Authorization', 'Basic eDp5']]],
    ['an Authorization of 0', 'GET /a?b=1', [BOB, ['Authorization', '0']]],
    ['a token', 'GET /a?b=1', [BOB, ['X-Gatehouse-Token', '0']]],
    ['a sibling app', 'GET /a?b=1', [BOB, ['Sec-Fetch-Site', 'same-site']]],
    ['another site', 'GET /a?b=1', [BOB, ['Sec-Fetch-Site', 'cross-site']]],
    ['a strange word', 'GET /a?b=1', [BOB, ['Sec-Fetch-Site', 'same-origin none']]],
    ['an Origin', 'GET /a?b=1', [BOB, OWN, ['Origin', 'http://stub.example.com']]],
    [
      'a Referer where Sec-Fetch-Site is missing',
      'GET /a?b=1',
      [BOB, ['Referer', 'http://evil.example.com/']],
    ],
    ['a frame where it is missing', 'GET /a?b=1', [BOB, ['Sec-Fetch-Dest', 'iframe']]],
    ['a WebSocket', 'GET /a?b=1', [BOB, OWN, ...HANDSHAKE]],
    ['an upgrade', 'GET /a?b=1', [BOB, OWN, ['Upgrade', 'h2c']]],
  ]
  for (const [name, line, headers] of never)
    for (let n = 0; n < 2; n++) t.equal(await cost(line, headers), 1, `${name} is asked about each time`)
  t.equal(await cost('GET /a?b=1', [BOB]), 0, 'and the first one is still kept')
})

t.test('for as long as X-Accel-Expires says, and no longer', { skip }, async t => {
  const stub = await openNginxStub(t, { cache: true, life: 1 })
  const ask = () => raw(stub.port, bytes('GET /', [HOST, BOB]))
  await ask()
  const from = performance.now()
  while (stub.questions().length === 1 && performance.now() - from < 5000) {
    await ask()
    await wait(20)
  }
  const life = performance.now() - from
  // NGINX counts whole seconds, so that a life of 1 ends within the second.
  t.ok(life < 2_200, `it lived ${Math.round(life)} ms`)
  await stub.door.close()
  await wait(2_100)
  t.equal((await ask()).status, 503, 'an old one is no yes where the door is gone')
  const never = await openNginxStub(t, { cache: true, life: 0 })
  for (let n = 0; n < 3; n++) await raw(never.port, bytes('GET /', [HOST, BOB]))
  t.equal(never.questions().length, 3, 'a life of 0 is none')
})

t.test(
  "an app's own page is let in, and within that verdict's life nobody else's page is",
  { skip },
  async t => {
    const home = await openNginxHome(t, { cache: true, portal: '  verdict_ttl: 30s\n' })
    const to: TlsPort = home.site('app')
    const host: Pair = ['Host', `app.gatehouse.localhost:${home.port}`]
    const cookie: Pair = ['Cookie', `authelia_session=${home.session('bob')}`]
    const ask = (line: string, more: readonly Pair[]) => raw(to, bytes(line, [host, cookie, ...more]))
    const sibling: Pair = ['Origin', `https://other.gatehouse.localhost:${home.port}`]
    const own: Pair = ['Origin', `https://app.gatehouse.localhost:${home.port}`]
    const frame: Pair[] = [
      ['Sec-Fetch-Dest', 'iframe'],
      ['Sec-Fetch-Mode', 'navigate'],
      ['Accept', 'text/html'],
    ]
    for (let n = 0; n < 2; n++) {
      t.equal((await ask('GET /live', [OWN])).status, 200)
      t.equal((await ask('GET /live', [OWN, ...frame])).status, 200, 'its own frame')
      t.equal((await ask('GET /live', [own, OWN, ...HANDSHAKE])).status, 101, 'its own WebSocket')
      t.equal(
        (await ask('GET /live', [['Sec-Fetch-Site', 'same-site'], ...frame])).status,
        403,
        "a sibling's frame",
      )
      t.equal(
        (await ask('GET /live', [['Sec-Fetch-Site', 'cross-site'], ...frame])).status,
        403,
        "another site's frame",
      )
      t.equal((await ask('GET /live', frame)).status, 403, 'a frame of nobody knows whose')
      t.equal((await ask('GET /live', [sibling, ...HANDSHAKE])).status, 403, "a sibling's WebSocket")
      t.equal((await ask('GET /live', [['Origin', 'null'], ...HANDSHAKE])).status, 403)
      t.equal((await ask('POST /live', [sibling, ['Content-Length', '0']])).status, 403, "a sibling's post")
    }
  },
)
