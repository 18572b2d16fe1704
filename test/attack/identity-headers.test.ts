/** An identity header in another spelling (oauth2-proxy CVE-2025-64484, Traefik CVE-2026-39858, Caddy CVE-2026-30851). */
import { once } from 'node:events'
import { connect, type OutgoingHttpHeaders } from 'node:http2'
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

t.test("a length or framing in another spelling is nobody else's to read", async t => {
  const { plainPort, app, to } = await openHome(t)
  const other = ['Content_Length', 'content.length', 'Transfer_Encoding', 'Keep_Alive', 'Proxy_Authorization']
  const headers = [...to('open'), ...other.map(name => [name, '5'] as const), ['X_Mine', '5'] as const]
  t.equal((await raw(plainPort, bytes('POST /', headers))).status, 200)
  const names = (app.seen[0]?.rawHeaders ?? []).filter((_, i) => i % 2 === 0)
  t.strictSame(
    names.filter(name => [...other, 'X_Mine'].includes(name)),
    ['X_Mine'],
  )
  t.strictSame(cgiValues(app.seen[0]?.rawHeaders ?? [], 'Content-Length'), ['0'])
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

t.test('in a trailer, over HTTP/1.1 and HTTP/2', async t => {
  const trailers: string[][] = []
  const home = await openHome(t, (request, response) => {
    trailers.push(request.rawTrailers)
    response.end()
  })
  const { plainPort, app, to, cookie } = home
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
  t.equal(
    await overHttp2(t, home, { ':method': 'POST' }, { 'remote-user': 'root', remote_user: 'root' }),
    200,
  )
  t.equal(app.seen.length, 2)
  for (const { rawHeaders } of app.seen) t.strictSame(cgiValues(rawHeaders, 'Remote-User'), ['bob'])
  for (const rawTrailers of trailers) t.strictSame(cgiValues(rawTrailers, 'Remote-User'), [])
})

type Home = Awaited<ReturnType<typeof openHome>>

/** One request as bob over HTTP/2 and TLS. @returns the status */
async function overHttp2(
  t: { teardown(fn: () => unknown): void },
  { house, session }: Home,
  headers: OutgoingHttpHeaders,
  trailers?: OutgoingHttpHeaders,
): Promise<number> {
  const { host } = house.at('app')
  const client = connect(`https://127.0.0.1:${house.tlsPort}`, {
    ca: house.ca,
    servername: house.at('app').hostname,
  })
  t.teardown(() => client.destroy())
  const all: OutgoingHttpHeaders = {
    ':path': '/',
    ':authority': host,
    cookie: `authelia_session=${session}`,
    ...headers,
  }
  const stream = client.request(all, { endStream: false, waitForTrailers: trailers !== undefined })
  if (trailers !== undefined) stream.on('wantTrailers', () => stream.sendTrailers(trailers))
  stream.resume().end(all[':method'] === 'POST' ? 'a' : undefined)
  const [answer] = (await once(stream, 'response')) as [{ ':status': number }]
  return answer[':status']
}

t.test('over HTTP/2', async t => {
  const home = await openHome(t)
  const forged = {
    'remote-user': ['root', ''],
    remote_user: 'root',
    'remote.groups': 'admins',
    'remote~email': 'x',
  }
  t.equal(await overHttp2(t, home, forged), 200)
  const got = home.app.seen[0]?.rawHeaders ?? []
  t.strictSame(cgiValues(got, 'Remote-User'), ['bob'])
  t.strictSame(cgiValues(got, 'Remote-Groups'), ['family'])
  t.strictSame(cgiValues(got, 'Remote-Email'), ['bob@gatehouse.localhost'])
})

/** Numbers that look random and are the same each time (mulberry32). */
function dice(seed: number): (sides: number) => number {
  let state = seed
  return sides => {
    state = (state + 0x6d2b79f5) | 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) % sides
  }
}

t.test('Cosmos GHSA-2rx5-2g7j-2659: whatever the branch and the spelling, ours alone or none', async t => {
  const { plainPort, app, to, cookie } = await openHome(t)
  const roll = dice(20_260)
  const pick = <T>(all: readonly [T, ...T[]]): T => all[roll(all.length)] ?? all[0]
  const spell = (name: string) =>
    [...name]
      .map(c =>
        c === '-'
          ? pick(['-', '_', '.', '~', '+', '*', '|', '!'])
          : roll(2)
            ? c.toUpperCase()
            : c.toLowerCase(),
      )
      .join('')
  const preflight = [
    ['Origin', 'https://evil.example'],
    ['Access-Control-Request-Method', 'PUT'],
  ] as const
  const branches = [
    { name: 'signed in', line: 'GET /', headers: [...to('app'), cookie], known: true },
    { name: 'a bypass, signed in', line: 'GET /', headers: [...to('open'), cookie], known: true },
    { name: 'a bypass, nobody', line: 'GET /', headers: to('open'), known: false },
    {
      name: 'a bypass, a dead session',
      line: 'GET /',
      headers: [...to('open'), ['Cookie', 'authelia_session=x']],
      known: false,
    },
    {
      name: 'a preflight that passes',
      line: 'OPTIONS /',
      headers: [...to('asked'), cookie, ...preflight],
      known: false,
    },
  ] as const
  const ours = {
    'Remote-User': 'bob',
    'Remote-Groups': 'family',
    'Remote-Name': 'Bob',
    'Remote-Email': 'bob@gatehouse.localhost',
  }
  for (const { name, line, headers, known } of branches)
    for (let round = 0; round < 30; round++) {
      const forged = Array.from({ length: 1 + roll(6) }, () => {
        const of = pick(['Remote-User', 'Remote-Groups', 'Remote-Name', 'Remote-Email'])
        return [spell(of), pick(['root', '', 'admins', 'bob'])] as const
      })
      const hop = roll(3) === 0 ? ([['Connection', `keep-alive, ${spell('Remote-User')}`]] as const) : []
      app.clear()
      const sent = [...forged, ...headers, ...hop]
      const { status } = await raw(plainPort, bytes(line, roll(2) ? sent : [...headers, ...forged, ...hop]))
      const why = `${name}: ${JSON.stringify([...forged, ...hop])}`
      t.equal(status, 200, why)
      for (const [header, value] of Object.entries(ours))
        t.strictSame(
          cgiValues(app.seen[0]?.rawHeaders ?? [], header),
          known ? [value] : [],
          `${header}, ${why}`,
        )
    }
})
