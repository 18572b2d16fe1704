/** Attacks on who it is, through a server in front. */
import type { Pairs } from '../support/front.ts'
import { valuesOf } from '../support/upstream.ts'
import { type Attack, got, host, session } from './front-words.ts'

const SPELLINGS = ['Remote-User', 'remote_user', 'REMOTE-USER', 'REMOTE_USER', 'remote.user', 'Remote~User']
const FORGED: Pairs = [
  ...SPELLINGS.flatMap(name => [[name, ''] as const, [name, 'root'] as const]),
  ['Remote_Groups', 'admins'],
  ['remote-groups', 'admins'],
  ['Remote.Name', 'Root'],
  ['remote-email', 'root@example.com'],
]

export const IDENTITY: Readonly<Record<string, Attack>> = {
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
      t.notMatch(got(front, 'Connection').join(), /remote/i, `${name}: a proxy behind it would take ours out`)
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
    const seen = [new Set<string>(), new Set<string>()]
    const lane = async (_: unknown, n: number): Promise<void> => {
      for (let round = 0; round < 15; round++) {
        const answer = await people[n % 2]?.ask(url)
        const { rawHeaders } = JSON.parse(answer?.text ?? '{}') as { rawHeaders: string[] }
        seen[n % 2]?.add(valuesOf(rawHeaders, 'remote-user').join())
      }
    }
    await Promise.all(Array.from({ length: 12 }, lane))
    t.strictSame(seen, [new Set(['bob']), new Set(['alice'])])
  },
}
