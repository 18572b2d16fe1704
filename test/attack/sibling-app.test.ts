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
