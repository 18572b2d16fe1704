/** The attacks that go through a server in front: one table, for each server that docs/proxies has a file for. */
import type { Test } from 'tap'
import type { Front, Pairs } from '../support/front.ts'
import { cgiValues, valuesOf } from '../support/upstream.ts'

type Attack = (t: Test, front: Front) => Promise<void>

const host = (front: Front, app: string): string => front.house.at(app).host

/** Bob's session, as the browser sends it. */
async function session(front: Front): Promise<string> {
  const bob = await front.signedIn('bob')
  const header = bob.cookiesFor(front.house.at('app').hostname) ?? ''
  const found = /authelia_session=[^;]+/.exec(header)?.[0]
  if (found === undefined) throw new Error('bob has no session')
  return found
}

/** Headers of the last request that the app got, as a CGI-style app reads them. */
const got = (front: Front, name: string): string[] =>
  cgiValues(front.upstream.seen.at(-1)?.rawHeaders ?? [], name).filter(value => value !== '')

const SPELLINGS = ['Remote-User', 'remote_user', 'REMOTE-USER', 'REMOTE_USER', 'remote.user', 'Remote~User']
const FORGED: Pairs = [
  ...SPELLINGS.flatMap(name => [[name, ''] as const, [name, 'root'] as const]),
  ['Remote_Groups', 'admins'],
  ['remote-groups', 'admins'],
  ['Remote.Name', 'Root'],
  ['remote-email', 'root@example.com'],
]

export const ATTACKS: Readonly<Record<string, Attack>> = {
  // oauth2-proxy CVE-2025-64484, Traefik CVE-2026-39858, Caddy GHSA-f59h-q822-g45g, Caddy CVE-2026-30851
  'an identity header in another spelling': async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    // Traefik CVE-2024-45410
    const hop = ['Connection', 'Remote-User, remote-groups, X-Forwarded-For'] as const
    const branches: readonly [string, string, Pairs, string[]][] = [
      ['signed in', 'app', [cookie, ...FORGED], ['bob']],
      ['signed in, ours named in Connection', 'app', [cookie, hop, ...FORGED], ['bob']],
      ['a bypass, signed in', 'open', [...FORGED, cookie], ['bob']],
      ['a bypass, nobody', 'open', FORGED, []],
      ['a bypass, a dead session', 'open', [['Cookie', 'authelia_session=x'], ...FORGED], []],
    ]
    for (const [name, app, headers, user] of branches) {
      front.upstream.clear()
      t.equal((await front.raw('GET /', host(front, app), headers)).status, 200, name)
      t.strictSame(got(front, 'Remote-User'), user, name)
      t.strictSame(got(front, 'Remote-Groups'), user.length > 0 ? ['family'] : [], name)
      t.notMatch(JSON.stringify(front.upstream.seen), /root|admins/i, name)
      t.strictSame(got(front, 'X-Forwarded-For'), ['127.0.0.1'], name)
    }
  },

  'the same over WebSocket': async (t, front) => {
    const headers = { cookie: await session(front), 'Remote-User': 'root', remote_user: 'root' }
    t.equal((await front.socket('app', headers)).status, 101)
    t.strictSame(got(front, 'Remote-User'), ['bob'])
    t.strictSame(got(front, 'Cookie'), [])
  },

  // oauth2-proxy#388, #644
  "the session on its way to an app, beside the app's own cookies": async (t, front) => {
    const own = await session(front)
    const id = own.slice(own.indexOf('=') + 1)
    const cases: readonly [string, string][] = [
      [own, ''],
      [`${own}; ${own}`, ''],
      [`a=1; ${own}; b=2`, 'a=1; b=2'],
      [`${own};b=2`, 'b=2'],
      [`a=1; ${own}; AUTHELIA_SESSION=${id}; Authelia_Session=${id}; b="2"`, 'a=1; b="2"'],
      [`${own}; =authelia_session=${id}; b=2`, 'b=2'],
      [`not_authelia_session=1; ${own}; authelia_session2=3`, 'not_authelia_session=1; authelia_session2=3'],
    ]
    for (const [cookie, left] of cases) {
      front.upstream.clear()
      t.equal((await front.raw('GET /', host(front, 'app'), [['Cookie', cookie]])).status, 200, cookie)
      const seen = front.upstream.last('cookie').join('; ')
      t.equal(seen.replace(/[;\s]+$/, ''), left, cookie)
    }
    front.upstream.clear()
    // One in a header line of its own may be read or not, but it is not handed on.
    await front.raw('GET /', host(front, 'open'), [
      ['Cookie', 'a=1'],
      ['Cookie', own],
    ])
    t.equal(front.upstream.seen.length, 1)
    t.notMatch(JSON.stringify(front.upstream.seen), id)
  },

  // authentik CVE-2023-36456, Traefik CVE-2026-35051, Fastify CVE-2026-3635
  'an X-Forwarded-For of their own making': async (t, front) => {
    const ask = async (from: string, headers: Pairs = []): Promise<number> =>
      (await front.raw('GET /', host(front, 'near'), headers, from)).status
    t.equal(await ask('127.0.0.9'), 200)
    t.equal(await ask('127.0.0.8'), 403)
    for (const said of ['127.0.0.9', '127.0.0.9, 127.0.0.1', 'junk, 127.0.0.9', '127.0.0.9,'])
      t.equal(await ask('127.0.0.8', [['X-Forwarded-For', said]]), 403, said)
    for (const name of ['X_Forwarded_For', 'X-Real-IP', 'X-Client-IP', 'Forwarded', 'CF-Connecting-IP'])
      t.equal(
        await ask('127.0.0.8', [[name, name === 'Forwarded' ? 'for=127.0.0.9' : '127.0.0.9']]),
        403,
        name,
      )
    t.equal(await ask('127.0.0.9', [['X-Forwarded-For', '10.1.1.1, junk']]), 200)
  },

  // oauth2-proxy CVE-2026-40575, Traefik CVE-2026-48020
  'another address, method or host in a header': async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    const at = host(front, 'rules')
    t.equal((await front.raw('GET /public/x', at)).status, 200)
    t.equal((await front.raw('PUT /x', at, [cookie, ['Content-Length', '0']])).status, 403)
    front.upstream.clear()
    const open = front.house.at('open', '/public/x')
    const lies: Pairs = [
      ['X-Forwarded-Uri', '/public/x'],
      ['X-Forwarded-URI', '/public/x'],
      ['X_Forwarded_Uri', '/public/x'],
      ['X-Original-URL', open.href],
      ['X-Original-URI', '/public/x'],
      ['X-Rewrite-URL', '/public/x'],
      ['X-Forwarded-Host', open.host],
      ['X-Forwarded-Server', open.host],
      ['X-Forwarded-Prefix', '/public'],
    ]
    for (const lie of [...lies.map(one => [one]), lies])
      t.equal((await front.raw('GET /private', at, lie)).status, 401, JSON.stringify(lie))
    const methods: Pairs = ['X-Forwarded-Method', 'X-Original-Method', 'X-HTTP-Method-Override'].map(
      name => [name, 'GET'] as const,
    )
    for (const lie of methods)
      t.equal((await front.raw('PUT /x', at, [cookie, lie, ['Content-Length', '0']])).status, 403, lie[0])
    t.strictSame(front.upstream.seen, [])
  },

  'what would make the app serve another address than the one judged': async (t, front) => {
    const lies: Pairs = [
      ['X-Original-URL', '/private'],
      ['x_original_url', '/private'],
      ['X-Original-Method', 'PUT'],
      ['X-Rewrite-URL', '/private'],
      ['X-HTTP-Method-Override', 'PUT'],
      ['X-Method-Override', 'PUT'],
    ]
    t.equal((await front.raw('GET /public/x', host(front, 'rules'), lies)).status, 200)
    for (const [name] of lies) t.strictSame(got(front, name), [], name)
  },

  // Traefik GHSA-6jwx-7vp4-9847, Authelia CVE-2021-32637
  'a path that two programs read differently': async (t, front) => {
    const paths = [
      '/public/../private',
      '/public/%2e%2e/private',
      '/public/..%2fprivate',
      '/public/..%5cprivate',
      '/public/..;/private',
      '//private/../public/',
      '/public%2f..%2fprivate',
      '/public/%252e%252e/private',
      '/%70rivate',
      '/private?/public/',
      '/private%3f/public/',
      '/private%23/public/',
    ]
    front.upstream.clear()
    for (const path of paths) {
      const { status } = await front.raw(`GET ${path}`, host(front, 'rules'))
      t.ok(status === 400 || status === 401, `${path}: ${status}`)
    }
    t.strictSame(front.upstream.seen, [])
  },

  "the gateway's own path, in any spelling": async (t, front) => {
    const cookie = ['Cookie', await session(front)] as const
    const paths = [
      '/.gatehouse/nothing',
      '/.GateHouse/sign-out',
      '/%2egatehouse/sign-out',
      '/%2Egatehouse%2Fx',
      '//.gatehouse/sign-out',
      '/.gatehouse//x',
    ]
    for (const path of paths) await front.raw(`GET ${path}`, host(front, 'open'), [cookie])
    t.strictSame(front.upstream.seen, [], 'no app hears of it')
    for (const path of ['/.gatehouse/../private', '/.gatehouse/%2e%2e/private', '/.gatehouse/..%2fprivate'])
      t.not((await front.raw(`GET ${path}`, host(front, 'rules'))).status, 200, path)
    t.strictSame(front.upstream.seen, [])
  },

  'a host in the request line, and another in the header': async (t, front) => {
    const [open, admin] = [host(front, 'open'), host(front, 'admin')]
    for (const [line, header] of [
      [open, admin],
      [admin, open],
    ] as const) {
      front.upstream.clear()
      const { status } = await front.raw(`GET https://${line}/x`, header)
      const hosts = front.upstream.seen.map(({ rawHeaders }) => valuesOf(rawHeaders, 'host').join())
      t.notOk(hosts.includes(admin), `${line} with ${header}: ${status}, the app saw ${hosts}`)
    }
  },

  'a sibling app on the same domain': async (t, front) => {
    const cookie = await session(front)
    const origin = front.house.at('open').origin
    const from: Pairs = [
      ['Cookie', cookie],
      ['Origin', origin],
      ['Sec-Fetch-Site', 'same-site'],
    ]
    t.equal(
      (await front.raw('POST /delete', host(front, 'app'), [...from, ['Content-Length', '0']])).status,
      403,
    )
    const { status } = await front.socket('app', { cookie, origin })
    t.equal(status, 403)
    t.strictSame(front.upstream.seen, [])
  },

  // tinyauth CVE-2026-33544
  'two people at once over the same connections': async (t, front) => {
    const people = [await front.signedIn('bob'), await front.signedIn('alice')]
    const url = front.house.at('app', '/who')
    const users = await Promise.all(
      Array.from({ length: 400 }, async (_, n) => {
        const answer = await people[n % 2]?.ask(url)
        const { rawHeaders } = JSON.parse(answer?.text ?? '{}') as { rawHeaders: string[] }
        return valuesOf(rawHeaders, 'remote-user').join()
      }),
    )
    t.strictSame(new Set(users.filter((_, n) => n % 2 === 0)), new Set(['bob']))
    t.strictSame(new Set(users.filter((_, n) => n % 2 === 1)), new Set(['alice']))
  },
}
