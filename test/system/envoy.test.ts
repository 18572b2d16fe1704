/**
 * The file for Envoy, which cannot be had here: a client asks as Envoy would by that file. How Envoy asks is
 * written in its documents (HTTP filters, External Authorization) and its RawHttpClientImpl.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { parse } from 'yaml'
import { openGateway } from '../support/gateway.ts'
import { browserIn, logIn, openHouse } from '../support/house.ts'
import { bytes, type RawAnswer, raw } from '../support/raw.ts'
import { valuesOf } from '../support/upstream.ts'

interface Patterns {
  readonly patterns: readonly { readonly exact?: string; readonly prefix?: string }[]
}
interface Filter {
  readonly name: string
  readonly typed_config: {
    readonly mutations: {
      readonly request_mutations: readonly {
        readonly remove_on_match: {
          readonly key_matcher: { readonly safe_regex: { readonly regex: string } }
        }
      }[]
    }
    readonly failure_mode_allow?: boolean
    readonly allowed_headers: Patterns
    readonly http_service: {
      readonly path_prefix: string
      readonly authorization_request: { readonly headers_to_add: readonly { key: string; value: string }[] }
      readonly authorization_response: { readonly allowed_upstream_headers: Patterns }
    }
  }
}

const file = parse(readFileSync(join(import.meta.dirname, '../../docs/proxies/envoy/envoy.yaml'), 'utf8'))
const manager = file.static_resources.listeners[0].filter_chains[0].filters[0].typed_config
const filters: readonly Filter[] = manager.http_filters
const filter = (name: string): Filter['typed_config'] => {
  const found = filters.find(one => one.name === `envoy.filters.http.${name}`)
  if (found === undefined) throw new Error(`no ${name} in the file`)
  return found.typed_config
}
const authz = filter('ext_authz')
const listed = ({ patterns }: Patterns, name: string): boolean =>
  patterns.some(({ exact, prefix }) => name === exact || (prefix !== undefined && name.startsWith(prefix)))
const gone = new RegExp(
  `^(?:${filter('header_mutation').mutations.request_mutations[0]?.remove_on_match.key_matcher.safe_regex.regex})$`,
)

/** What Envoy always sends, beside what the file allows. */
const ALWAYS = ['host', 'authorization']
/** The address that Envoy's client adds to X-Forwarded-For: the machine's own. */
const ENVOY = '10.9.9.9'

type Headers = readonly (readonly [string, string])[]

/** The question about a request, in Envoy's words. `from`: the visitor's address, which Envoy has appended. */
function question(line: string, headers: Headers, from: string): string {
  const [method, path] = line.split(' ')
  const { path_prefix, authorization_request } = authz.http_service
  const told = headers
    .map(([name, value]) => [name.toLowerCase(), value] as const)
    .filter(([name]) => !gone.test(name))
  const forwarded = [...valuesOf(told.flat(), 'x-forwarded-for'), from].join(',')
  const kept = told.filter(
    ([name]) => name !== 'x-forwarded-for' && (ALWAYS.includes(name) || listed(authz.allowed_headers, name)),
  )
  return bytes(`${method} ${path_prefix}${path}`, [
    ...kept,
    ['content-length', '0'],
    ...authorization_request.headers_to_add.map(({ key, value }) => [key, value] as const),
    ['x-envoy-internal', 'true'],
    ['x-forwarded-for', listed(authz.allowed_headers, 'x-forwarded-for') ? `${forwarded},${ENVOY}` : ENVOY],
  ])
}

const PAGE: Headers = [
  ['Accept', 'text/html,*/*;q=0.8'],
  ['Sec-Fetch-Mode', 'navigate'],
  ['Sec-Fetch-Dest', 'document'],
]
const XHR: Headers = [
  ['Accept', '*/*'],
  ['Sec-Fetch-Mode', 'cors'],
  ['Sec-Fetch-Dest', 'empty'],
]

t.test('the order: delete, ask, take out the session, go', async t => {
  const names = filters.map(({ name }) => name.replace('envoy.filters.http.', ''))
  t.strictSame(names, ['header_mutation', 'ext_authz', 'lua', 'router'])
  t.notOk(authz.failure_mode_allow, 'a failure lets nobody in')
  t.equal(manager.use_remote_address, true)
})

t.test('no spelling of an identity header passes, and the harmless do', async t => {
  for (const name of [
    'remote-user',
    'remote_groups',
    'remote.user',
    'remote~user',
    'x-original-url',
    'x_rewrite_url',
  ])
    t.match(name, gone)
  for (const name of ['x-http-method-override', 'x-gatehouse-consumed']) t.match(name, gone)
  for (const name of ['cookie', 'x-requested-with', 'x-forwarded-for', 'accept', 'originator'])
    t.notMatch(name, gone)
})

t.test('who asks as Envoy does', async t => {
  const house = await openHouse(t, {
    top: `trusted_proxies: [127.0.0.1/32, ${ENVOY}/32]`,
    apps: `  app: { upstream: 'http://127.0.0.1:9' }
  open: { upstream: 'http://127.0.0.1:9', policy: bypass }
  near: { upstream: 'http://127.0.0.1:9', policy: deny, rules: [{ networks: [192.0.2.1/32], policy: bypass }] }
  admin: { upstream: 'http://127.0.0.1:9', policy: deny, rules: [{ subject: ['group:admins'], policy: one_factor }] }
  tool: { upstream: 'http://127.0.0.1:9', basic: authelia }
  rules: { upstream: 'http://127.0.0.1:9', rules: [{ resources: ['x=1$'], policy: deny }, { methods: [PUT], policy: deny }] }
`,
  })
  const { doorPort } = await openGateway(t, house)
  const browser = browserIn(t, house)
  const ask = (line: string, app: string, headers: Headers, from = '192.0.2.7'): Promise<RawAnswer> =>
    raw(doorPort, question(line, [['Host', house.at(app).host], ...headers], from))

  // The login itself goes straight to the portal: the apps behind Envoy are not here.
  await logIn(browser, house, 'bob', house.at('auth', `/?rd=${encodeURIComponent(house.at('auth').href)}`))
  const cookie = ['Cookie', browser.cookiesFor(house.at('app').hostname) ?? ''] as const

  await t.test(
    'nobody: a page goes to the login and comes back with its query, a script gets 401',
    async t => {
      const page = await ask('GET /a?b=1&c=%2Fd', 'app', PAGE)
      t.equal(page.status, 302)
      const login = new URL(page.header('location') ?? '')
      t.equal(login.host, house.at('auth').host)
      t.match(login.searchParams.get('rd'), house.at('app', '/a?b=1&c=%2Fd').href)
      t.match(page.header('set-cookie'), /^authelia_session=/)
      t.equal((await ask('POST /a', 'app', PAGE)).status, 303)
      const script = await ask('GET /a', 'app', XHR)
      t.equal(script.status, 401)
      t.match(script.header('content-type'), /json/)
    },
  )

  await t.test('bob: 200, and every identity header among those that Envoy hands on', async t => {
    const { authorization_response } = authz.http_service
    const upstream = ({ headers }: RawAnswer): Headers =>
      headers.filter(([name]) => listed(authorization_response.allowed_upstream_headers, name))
    const known = await ask('POST /form', 'app', [cookie, ['Remote-User', 'root']])
    t.equal(known.status, 200)
    t.strictSame(Object.fromEntries(upstream(known)), {
      'remote-user': 'bob',
      'remote-groups': 'family',
      'remote-name': 'Bob',
      'remote-email': 'bob@gatehouse.localhost',
      'x-gatehouse-consumed': '',
    })
    const nobody = await ask('GET /', 'open', [['Remote-User', 'root']])
    t.equal(nobody.status, 200)
    t.strictSame(new Set(upstream(nobody).map(([, value]) => value)), new Set(['']), 'all of them, empty')
    t.equal(upstream(nobody).length, 5)
  })

  await t.test('a WebSocket, by its key; and one from a sibling app', async t => {
    const key = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='] as const
    const upgrade: Headers = [['Connection', 'Upgrade'], ['Upgrade', 'websocket'], key]
    t.equal(
      (await ask('GET /s', 'app', [...upgrade, cookie, ['Origin', house.at('app').origin]])).status,
      200,
    )
    t.equal(
      (await ask('GET /s', 'app', [...upgrade, cookie, ['Origin', house.at('open').origin]])).status,
      403,
    )
    t.equal((await ask('GET /s', 'app', upgrade)).status, 401)
  })

  await t.test('403 as a page, and Basic', async t => {
    const denied = await ask('GET /', 'admin', [cookie, ...PAGE])
    t.equal(denied.status, 403)
    t.match(denied.body, 'bob')
    const basic = (word: string) => [['Authorization', `Basic ${btoa(`bob:${word}`)}`]] as const
    const good = await ask('GET /', 'tool', basic('bob-password'))
    t.equal(good.status, 200)
    t.equal(good.header('x-gatehouse-consumed'), 'authorization')
    const bad = await ask('GET /', 'tool', basic('wrong'))
    t.equal(bad.status, 401)
    t.match(bad.header('www-authenticate'), /^Basic/)
    t.equal(bad.header('location'), undefined)
  })

  await t.test("the query counts, and the method is the request's own", async t => {
    t.equal((await ask('GET /q?x=1', 'rules', [cookie, ...XHR])).status, 403, 'Authelia drops the query here')
    t.equal((await ask('GET /q', 'rules', [cookie, ...XHR])).status, 200)
    t.equal((await ask('PUT /x', 'rules', [cookie, ...XHR])).status, 403)
    t.equal((await ask('OPTIONS /x', 'rules', XHR)).status, 401)
  })

  await t.test('the visitor is who Envoy saw, where its own address is trusted', async t => {
    t.equal((await ask('GET /', 'near', XHR, '192.0.2.1')).status, 200)
    t.equal((await ask('GET /', 'near', XHR, '192.0.2.2')).status, 403)
    const said = ['X-Forwarded-For', '192.0.2.1'] as const
    t.equal((await ask('GET /', 'near', [...XHR, said], '192.0.2.2')).status, 403, 'a forged one')
  })

  await t.test('a path_prefix without its last slash is a fault, and no other path', async t => {
    const wrong = question('GET /x', [['Host', house.at('app').host]], '192.0.2.7').replace(
      'ext-authz//',
      'ext-authz/',
    )
    t.equal((await raw(doorPort, wrong)).status, 400)
  })
})
