/** Open redirects: the portal's return address, and what an app's address makes of the way there. */
import t from 'tap'
import { formOf } from '../../src/demo/browser.ts'
import { passwordOf } from '../../src/demo/household.ts'
import { browserIn } from '../support/house.ts'
import { bytes, raw } from '../support/raw.ts'
import { openHome } from './home.ts'

const PAGE = [
  ['Accept', 'text/html'],
  ['Sec-Fetch-Dest', 'document'],
  ['Sec-Fetch-Mode', 'navigate'],
] as const

/** Return addresses that must lead nowhere; `host` is an app's own, `port` the one that browsers use. */
const hostile = (host: string, port: number): readonly (readonly [advisory: string, rd: string])[] => [
  ['another site', 'https://evil.example/'],
  ['oauth2-proxy GHSA-qqxw-m5fj-f7gv: two slashes', '//evil.example/'],
  ['oauth2-proxy GHSA-qqxw-m5fj-f7gv: slash and backslash', '/\\evil.example/'],
  ['oauth2-proxy GHSA-j7px-6hwj-hpjg: a tab between the slashes', '/\t/evil.example/'],
  ['oauth2-proxy GHSA-j7px-6hwj-hpjg: a line feed', `https://${host}\n.evil.example/`],
  ['oauth2-proxy GHSA-5m6c-jp6f-2vcv: a backslash in the host', `https://evil.example\\@${host}/`],
  ['oauth2-proxy GHSA-4mf2-f3wh-gvf2: ends alike', 'https://evilgatehouse.localhost/'],
  ['begins alike', `https://${host}.evil.example/`],
  ['userinfo before another host', `https://${host}@evil.example/`],
  ['userinfo before our own', `https://evil.example@${host}/`],
  [
    'another port of our own host',
    `https://${host.replace(`:${port}`, `:${port === 65535 ? 1 : port + 1}`)}/`,
  ],
  ['plain http', `http://${host}/`],
  ['javascript:', 'javascript:alert(1)'],
  ['data:', 'data:text/html,x'],
  ['javascript: behind our own host', `javascript://${host}/%0aalert(1)`],
  ['three slashes', 'https:///evil.example/'],
  ['one slash', 'https:/evil.example/'],
  ['a fragment in front of our own', `https://evil.example#.${host}/`],
  ['a query in front of our own', `https://evil.example?.${host}/`],
  ['a space in front', ' https://evil.example/'],
]

t.test('caddy-security CVE-2024-21496, oauth2-proxy GHSA-qqxw-m5fj-f7gv: a return address', async t => {
  const { house, browser, plainPort, to, cookie } = await openHome(t)
  const { host } = house.at('app')
  const ours = new Set(['app', 'open', 'evil', 'auth'].map(name => house.at(name).origin))
  const portal = (rd: string) => house.at('auth', `/?rd=${encodeURIComponent(rd)}&rm=GET`)

  /** Every address that a page or a redirect would take a browser to. */
  const leads = (url: URL, location: string | undefined, text: string): string[] =>
    [
      ...(location === undefined ? [] : [location]),
      ...[...text.matchAll(/\b(?:href|action|src|formaction)="([^"]*)"|url=([^"]*)"/gi)].map(
        ([, one, two]) => one ?? two ?? '',
      ),
    ].map(text => new URL(text.replaceAll('&amp;', '&'), url).origin)
  const stays = (found: readonly string[]) => found.filter(origin => !ours.has(origin))

  const good = house.at('app', '/a?b=1').href
  t.equal((await browser.ask(portal(good))).headers.location, good, 'a good address is followed')

  for (const [advisory, rd] of hostile(host, house.publicPort)) {
    const known = await browser.ask(portal(rd))
    t.equal(known.status, 200, `${advisory}: signed in, the portal's own page`)
    t.strictSame(stays(leads(known.url, known.headers.location, known.text)), [], `${advisory}: signed in`)

    const stranger = browserIn(t, house)
    const page = await stranger.ask(portal(rd))
    t.strictSame(stays(leads(page.url, page.headers.location, page.text)), [], `${advisory}: the login page`)
    t.equal(formOf(page, 'password')?.hidden.rd, undefined, `${advisory}: the form does not carry it on`)
    // The form as a hostile page of one's own would fill it in.
    const sent = await stranger.ask(house.at('auth', '/login'), {
      method: 'POST',
      form: { rd, rm: 'GET', username: 'bob', password: passwordOf('bob') },
      headers: { origin: house.at('auth').origin, 'sec-fetch-site': 'same-origin' },
    })
    t.equal(sent.status, 303, `${advisory}: logged in`)
    t.equal(sent.headers.location, '/', `${advisory}: after the login`)
  }

  for (const [advisory, rd] of hostile(host, house.publicPort).slice(0, 8)) {
    const body = JSON.stringify({ uri: rd })
    const api = await raw(
      plainPort,
      bytes(
        'POST /api/checks/safe-redirection',
        [
          ...to('auth'),
          cookie,
          ['Content-Type', 'application/json'],
          ['Content-Length', String(body.length)],
        ],
        body,
      ),
    )
    t.strictSame(JSON.parse(api.body), { status: 'OK', data: { ok: false } }, `${advisory}: asked of the API`)
  }
})

t.test('oauth2-proxy GHSA-qqxw-m5fj-f7gv: an app’s address that begins like another site', async t => {
  const { plainPort, app, to, house } = await openHome(t)
  const ours = house.at('app').origin
  for (const target of [
    '//evil.example/',
    '/\\evil.example/',
    '///evil.example',
    '/%2f%2fevil.example/',
    '/@evil.example/',
    '/%09/evil.example/',
    '/.evil.example',
  ]) {
    const answer = await raw(plainPort, bytes(`GET ${target}`, [...to('app'), ...PAGE]))
    if (answer.status === 400) {
      t.equal(answer.header('location'), undefined, target)
      continue
    }
    t.equal(answer.status, 302, target)
    const login = new URL(answer.header('location') ?? '')
    t.equal(login.origin, house.at('auth').origin, `${target}: to the portal`)
    const back = new URL(login.searchParams.get('rd') ?? '')
    t.equal(back.origin, ours, `${target}: and back to the app`)
    t.equal(login.searchParams.get('rd')?.startsWith(`${ours}${target}`), true, `${target}: the very path`)
  }
  for (const [what, target] of [
    ['an absolute address', 'http://evil.example/'],
    ['no slash', 'evil.example'],
    ['userinfo', '@evil.example/'],
  ] as const) {
    const answer = await raw(plainPort, bytes(`GET ${target}`, [...to('app'), ...PAGE]))
    t.equal(answer.status, 400, what)
    t.equal(answer.header('location'), undefined, what)
  }
  t.strictSame(app.seen, [])
})

t.test('back from the portal, over plain http and from a hostile Referer: an origin of ours', async t => {
  const { plainPort, app, to, cookie, house } = await openHome(t)
  const now = Math.floor(Date.now() / 1000).toString(36)
  const back = await raw(
    plainPort,
    bytes(`GET //evil.example/?gatehouse_return=1-${now}`, [...to('app'), cookie, ...PAGE]),
  )
  t.equal(back.status, 302)
  t.equal(back.header('location'), `${house.at('app').origin}//evil.example/`, 'absolute, not //evil.example')
  const plain = [to('app')[0] ?? ['Host', ''], ['X-Forwarded-Proto', 'http']] as const
  const secured = await raw(plainPort, bytes('GET //evil.example/', [...plain, ...PAGE]))
  t.equal(secured.header('location'), `${house.at('app').origin}//evil.example/`, 'sent to https')
  const script = await raw(
    plainPort,
    bytes('GET /api', [...to('app'), ['Referer', 'https://evil.example/x'], ['Sec-Fetch-Dest', 'empty']]),
  )
  t.equal(script.status, 401)
  const login = new URL((JSON.parse(script.body) as { login: string }).login)
  t.equal(login.searchParams.get('rd'), house.at('app').href)
  t.strictSame(app.seen, [])
})
