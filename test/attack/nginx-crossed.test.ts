/**
 * One user got another's identity (tinyauth CVE-2026-33544), over NGINX's own verdict cache: many users at
 * once on shared connections, with planted, doubled and differently cased cookies of each other among theirs.
 */
import t from 'tap'
import { passwordOf } from '../../src/demo/household.ts'
import { settle } from '../support/gate.ts'
import { browserIn } from '../support/house.ts'
import { openNginxHome, siteOf } from '../support/nginx-home.ts'
import { without } from '../support/programs.ts'
import { bytes, openRaw } from '../support/raw.ts'

const USERS = Array.from({ length: 12 }, (_, i) => `user${i}`)
const REQUESTS = 100_000
const CONNECTIONS = 16
const AT_ONCE = 25
const NAME = 'authelia_session'

type Shape = readonly [cookies: (own: string, other: string) => string, known: boolean]

/** How a visitor's cookies usually look. */
const USUAL: readonly Shape[] = [
  [own => `${NAME}=${own}`, true],
  [own => `lang=en; ${NAME}=${own}; theme=dark`, true],
  [own => `x${NAME}=1; ${NAME}=${own}`, true],
]

/** With those of another among them, or damaged; and whether the visitor is known by them. */
const ODD: readonly Shape[] = [
  [(own, other) => `AUTHELIA_SESSION=${other}; ${NAME}=${own}`, true],
  [(own, other) => `${NAME}=${own}; Authelia_Session=${other}`, true],
  [(own, other) => `note="${NAME}:${other}"; ${NAME}=${own}`, true],
  [(own, other) => `${NAME}=${other}; ${NAME}=${own}`, false],
  [(own, other) => `${NAME}=${own}; a=1; ${NAME}=${other}`, false],
  [(own, other) => `${NAME} =${other}; ${NAME}=${own}`, false],
  [(_, other) => `AUTHELIA_SESSION=${other}`, false],
  [own => `${NAME}="${own}"`, false],
  [own => `${NAME}=${own.slice(0, -1)}`, false],
  [own => `${NAME}=${own},`, false],
  [() => 'lang=en', false],
]

function shapeOf(n: number): Shape {
  const shapes = n % 11 === 0 ? ODD : USUAL
  const shape = shapes[Math.floor(n / 11) % shapes.length]
  if (shape === undefined) throw new RangeError('no shape')
  return shape
}

t.setTimeout(400_000)

t.test(
  `tinyauth CVE-2026-33544: ${USERS.length} users over NGINX's cache, in ${REQUESTS} requests`,
  { skip: without('nginx') },
  async t => {
    const home = await openNginxHome(t, {
      cache: true,
      people: [],
      portal: '  verdict_ttl: 10s\n',
      apps: "  app: { upstream: 'UPSTREAM', policy: one_factor }\n",
      prepare: house => settle(house, USERS),
      http: 'keepalive_requests 1000000;',
      // The app is NGINX too, for its speed: it answers with who it was told, and what cookies it got.
      servers: facts =>
        siteOf(
          facts,
          'app.gatehouse.localhost',
          `location / {
            include gatehouse/protect.conf;
            auth_request_set $kept $upstream_cache_status;
            proxy_pass http://unix:${facts.house.folder}/app.sock;
            add_header X-Kept $kept;
          }`,
        ) +
        `server {
          listen unix:${facts.house.folder}/app.sock;
          location / { return 200 "$http_x_who $http_remote_user $http_remote_groups $http_cookie"; }
        }`,
    })
    const { house } = home
    const sessions = await Promise.all(
      USERS.map(async name => {
        const browser = browserIn(t, house)
        const page = await browser.go(house.at('app'))
        const landed = await browser.submit(page, { username: name, password: passwordOf('bob') })
        t.equal(landed.status, 200, `${name} is in`)
        return /authelia_session=([^;]+)/.exec(browser.cookiesFor('app.gatehouse.localhost') ?? '')?.[1] ?? ''
      }),
    )
    t.equal(new Set(sessions).size, USERS.length, 'sessions of their own')

    const wrong: string[] = []
    const count = { known: 0, refused: 0, kept: 0 }
    const host = ['Host', `app.gatehouse.localhost:${home.port}`] as const
    let next = 0
    const request = (n: number) => {
      const who = (n * 7 + (n >> 4)) % USERS.length
      const own = sessions[who] ?? ''
      const other = sessions[(who + 1 + (n % (USERS.length - 1))) % USERS.length] ?? ''
      const [cookies, known] = shapeOf(n)
      // Most addresses are the same for all.
      const path = n % 16 === 0 ? `/own/${n % 1000}` : '/'
      const method = n % 50 === 0 ? 'DELETE' : 'GET'
      return {
        name: USERS[who],
        known,
        text: bytes(`${method} ${path}`, [host, ['X-Who', String(n)], ['Cookie', cookies(own, other)]]),
      }
    }
    const visit = async () => {
      const connection = await openRaw(home.site('app'))
      while (next < REQUESTS) {
        const from = next
        next = Math.min(REQUESTS, from + AT_ONCE)
        const asked = Array.from({ length: next - from }, (_, i) => ({ n: from + i, ...request(from + i) }))
        connection.write(asked.map(({ text }) => text).join(''))
        for (const { n, name, known } of asked) {
          const { status, body, header } = await connection.answer()
          if (header('x-kept') === 'HIT') count.kept++
          const right = known ? status === 200 && body.startsWith(`${n} ${name} of-${name} `) : status === 401
          if (known) count.known++
          else count.refused++
          if (!right) wrong.push(`${n} of ${name}, ${known ? 'known' : 'not known'}: ${status} ${body}`)
          if (sessions.some(session => status === 200 && body.includes(`=${session}`)))
            wrong.push(`the app got ${body}`)
        }
      }
      connection.destroy()
    }
    const began = performance.now()
    await Promise.all(Array.from({ length: CONNECTIONS }, visit))
    t.comment(`${((performance.now() - began) / 1000).toFixed(1)} s, ${JSON.stringify(count)}`)
    t.strictSame(wrong.slice(0, 5), [], 'everybody was themselves, or nobody')
    t.equal(count.known + count.refused, REQUESTS)
    t.ok(count.kept > REQUESTS / 2, "NGINX's cache gave most of the answers")
    t.ok(count.refused > REQUESTS / 20, 'and many were refused')
  },
)
