/** An identity header in another spelling (oauth2-proxy CVE-2025-64484, Traefik CVE-2026-39858, Caddy CVE-2026-30851). */
import t from 'tap'
import { bytes, openRaw, raw } from '../support/raw.ts'
import { cgiValues } from '../support/upstream.ts'
import { openHome, UPGRADE } from './home.ts'

const SPELLINGS = ['Remote-User', 'remote_user', 'REMOTE-USER', 'REMOTE_USER', 'remote.user', 'Remote~User']
const FORGED = [
  ...SPELLINGS.flatMap(name => [[name, 'root'] as const, [name, ''] as const]),
  ['Remote_Groups', 'admins'] as const,
  ['remote-email', 'root@example.com'] as const,
]

t.test('whatever a client says, the app sees ours alone, or none', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const hop = ['Connection', 'Remote-User, X-Forwarded-For, X-Real-IP'] as const
  const branches = [
    { name: 'signed in', headers: [...to('app'), cookie, ...FORGED], user: ['bob'], groups: ['family'] },
    {
      name: 'a bypass, signed in',
      headers: [...to('open'), cookie, ...FORGED],
      user: ['bob'],
      groups: ['family'],
    },
    { name: 'a bypass, nobody', headers: [...to('open'), ...FORGED], user: [], groups: [] },
    // Traefik CVE-2024-45410, Fabio CVE-2025-48865
    {
      name: 'named in Connection',
      headers: [...to('app'), cookie, hop, ...FORGED],
      user: ['bob'],
      groups: ['family'],
    },
  ]
  for (const { name, headers, user, groups } of branches) {
    app.clear()
    const { status } = await raw(plainPort, bytes('GET /', headers))
    t.equal(status, 200, name)
    const got = app.seen[0]?.rawHeaders ?? []
    t.strictSame(cgiValues(got, 'Remote-User'), user, name)
    t.strictSame(cgiValues(got, 'Remote-Groups'), groups, name)
    t.notOk(got.includes('root') || got.includes('root@example.com'), name)
    t.strictSame(cgiValues(got, 'X-Forwarded-For'), ['127.0.0.1'], `${name}: our own X-Forwarded-For`)
  }
})

t.test('over WebSocket', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const connection = await openRaw(plainPort)
  t.teardown(() => connection.destroy())
  connection.write(bytes('GET /socket', [...to('app'), cookie, ...UPGRADE, ...FORGED]))
  t.equal((await connection.answer()).status, 101)
  t.strictSame(cgiValues(app.seen[0]?.rawHeaders ?? [], 'Remote-User'), ['bob'])
  t.strictSame(cgiValues(app.seen[0]?.rawHeaders ?? [], 'Cookie'), [])
})

t.test('in a trailer', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const head = bytes('POST /', [
    ...to('app'),
    cookie,
    ['Transfer-Encoding', 'chunked'],
    ['Trailer', 'Remote-User, X-Sum'],
  ])
  const { status } = await raw(
    plainPort,
    `${head}1\r\na\r\n0\r\nRemote-User: root\r\nremote_user: root\r\nX-Sum: 1\r\n\r\n`,
  )
  t.equal(status, 200)
  t.strictSame(cgiValues(app.seen[0]?.rawHeaders ?? [], 'Remote-User'), ['bob'])
})
