/** A sibling app on the same domain acts for the visitor: SameSite=Lax does not stop it. */
import t from 'tap'
import { bytes, raw } from '../support/raw.ts'
import { openHome, UPGRADE } from './home.ts'

t.test('it posts, opens WebSockets and frames in vain', async t => {
  const { plainPort, app, to, cookie, house } = await openHome(t)
  const sibling = ['Origin', house.at('evil').origin] as const
  const site = ['Sec-Fetch-Site', 'same-site'] as const
  for (const [what, line, headers] of [
    ['a form', 'POST /act', [sibling, site, ['Sec-Fetch-Dest', 'document'], ['Content-Length', '0']]],
    [
      'a form with a null origin',
      'POST /act',
      [
        ['Origin', 'null'],
        ['Content-Length', '0'],
      ],
    ],
    ['a fetch', 'DELETE /act', [sibling, site, ['Sec-Fetch-Dest', 'empty']]],
    ['a WebSocket', 'GET /socket', [...UPGRADE, sibling]],
    ['a frame', 'GET /', [site, ['Sec-Fetch-Dest', 'iframe'], ['Sec-Fetch-Mode', 'navigate']]],
  ] as const) {
    const { status } = await raw(plainPort, bytes(line, [...to('app'), cookie, ...headers]))
    t.equal(status, 403, what)
  }
  t.strictSame(app.seen, [])
  const own = ['Origin', house.at('app').origin] as const
  t.equal(
    (await raw(plainPort, bytes('POST /act', [...to('app'), cookie, own, ['Content-Length', '0']]))).status,
    200,
  )
})

t.test('oauth2-proxy#1522: what is refused may be read by configured origins alone, exactly', async t => {
  const { plainPort, app, to, cookie, house } = await openHome(t)
  const ours = house.at('app').origin
  const ask = (origin: string, ...more: readonly (readonly [string, string])[]) =>
    raw(plainPort, bytes('POST /act', [...to('app'), ['Origin', origin], ['Content-Length', '0'], ...more]))
  for (const [origin, status] of [
    [ours, 401],
    [house.at('evil').origin, 403],
  ] as const) {
    const answer = await ask(origin)
    t.equal(answer.status, status, origin)
    t.equal(answer.header('access-control-allow-origin'), origin)
    t.equal(answer.header('access-control-allow-credentials'), 'true')
    t.equal(answer.header('vary'), 'Origin')
  }
  for (const origin of [
    'https://evil.example',
    'null',
    '*',
    `${ours}.evil.example`,
    ours.replace('https://', 'https://evil'),
    ours.replace('https:', 'http:'),
    ours.replace(/:\d+$/, ''),
    ours.toUpperCase(),
    `${ours}/`,
    `${ours}, https://evil.example`,
    `https://x.app.gatehouse.localhost:${house.publicPort}`,
    `https://gatehouse.localhost:${house.publicPort}`,
  ])
    for (const more of [[], [cookie]]) {
      const answer = await ask(origin, ...more)
      t.equal(answer.status, 403, origin)
      const said = answer.headers.filter(([name]) => name.startsWith('access-control-'))
      t.strictSame(said, [], `${origin}: nothing to read`)
      t.equal(answer.header('vary'), 'Origin', `${origin}: and no cache mixes them up`)
    }
  t.strictSame(app.seen, [])
})
