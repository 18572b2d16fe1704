/** The forward-auth door as the proxies in front see it: what each may ask, and what each is told. */
import t from 'tap'
import { type HomeDoor, openDoorHome } from '../support/door-home.ts'

let home: HomeDoor
t.before(async () => {
  home = await openDoorHome(t)
})

const FOUR = ['remote-user', 'remote-groups', 'remote-name', 'remote-email']

t.test('an allow carries every identity header of any app, empty where there is none', async t => {
  const cases: [app: string, signedIn: boolean, identity: Record<string, string>][] = [
    [
      'app',
      true,
      { 'remote-user': 'bob', 'remote-groups': 'family', 'remote-email': 'bob@gatehouse.localhost' },
    ],
    ['open', true, { 'remote-user': 'bob', 'remote-groups': 'family' }],
    ['open', false, { 'remote-user': '', 'remote-groups': '', 'x-webauth-user': '' }],
    ['grafana', true, { 'x-webauth-user': 'bob', 'remote-user': '', 'remote-groups': '' }],
  ]
  for (const dialect of home.dialects) {
    for (const [app, signedIn, identity] of cases) {
      const answer = await dialect.ask({ app, ...(signedIn && { cookie: home.bob }) })
      const name = `${dialect.name}, ${app}, ${signedIn ? 'bob' : 'nobody'}`
      t.equal(answer.status, 200, name)
      t.equal(
        answer.body,
        dialect.relays ? '200 OK' : '',
        `${name}: Authelia's own body, which NGINX would not read`,
      )
      for (const header of [...FOUR, 'x-webauth-user'])
        t.equal(answer.headers.filter(([key]) => key === header).length, 1, `${name}: ${header} once`)
      for (const [header, value] of Object.entries(identity)) t.equal(answer.header(header), value, name)
      t.equal(answer.header('set-cookie'), undefined, `${name}: no cookie on an allow`)
    }
  }
})

t.test('a stranger is sent to the portal and back to the very page, or told where it is', async t => {
  const page = {
    app: 'app',
    target: '/a%20b/c?d=e&f=%2F',
    headers: [['Accept', 'text/html']] as [string, string][],
  }
  for (const { name, relays, ask } of home.dialects) {
    const toPage = await ask(page)
    t.equal(toPage.status, relays ? 302 : 401, name)
    const portal = new URL(toPage.header('location') ?? '')
    t.equal(portal.origin, home.house.at('auth').origin, `${name}: the portal of the configuration`)
    const back = new URL(portal.searchParams.get('rd') ?? '')
    t.match(back.href, `${home.house.at('app').origin}/a%20b/c?d=e&f=%2F&gatehouse_return=1-`, name)

    const data = await ask({ app: 'app', headers: [['Accept', 'application/json']] })
    t.equal(data.status, 401, `${name}: a script is told`)
    if (relays) t.match(JSON.parse(data.body), { error: 'login', login: /^https:/ }, name)
    else t.match(data.header('location'), /\/\?rd=/, `${name}: as Authelia's own answer has it`)

    const posted = await ask({ ...page, method: 'POST' })
    t.equal(posted.status, relays ? 303 : 401, `${name}: a form is not sent again`)
  }
})

t.test('who may not gets 403, and the page says who they are and which rule', async t => {
  for (const { name, relays, ask } of home.dialects) {
    const answer = await ask({ app: 'admin', cookie: home.bob, headers: [['Accept', 'text/html']] })
    t.equal(answer.status, 403, name)
    t.equal(answer.header('location'), undefined, `${name}: never a redirect`)
    if (relays) t.match(answer.body, /bob[\s\S]*apps\.admin/, name)
  }
})

t.test('Basic, where the app takes it', async t => {
  const basic = (password: string): [string, string] => [
    'Authorization',
    `Basic ${Buffer.from(`bob:${password}`).toString('base64')}`,
  ]
  for (const { name, ask } of home.dialects) {
    const good = await ask({ app: 'scripts', headers: [basic('bob-password')] })
    t.equal(good.status, 200, name)
    t.equal(good.header('remote-user'), 'bob', name)
    t.equal(good.header('x-gatehouse-consumed'), 'authorization', `${name}: not for the app`)
    t.equal(good.header('x-accel-expires'), '0', `${name}: not for a cache`)
  }
  const bad = await home.dialect('auth-request').ask({ app: 'scripts', headers: [basic('wrong')] })
  t.equal(bad.status, 401)
  t.match(bad.header('www-authenticate'), /^Basic /)
  t.equal(bad.header('location'), undefined)
})

t.test('a WebSocket is known by its key, though proxies drop Upgrade', async t => {
  for (const { name, ask } of home.dialects) {
    const key: [string, string] = ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ==']
    const own = await ask({
      app: 'app',
      cookie: home.bob,
      headers: [key, ['Origin', home.house.at('app').origin]],
    })
    t.equal(own.status, 200, name)
    const sibling = await ask({
      app: 'app',
      cookie: home.bob,
      headers: [key, ['Origin', home.house.at('open').origin]],
    })
    t.equal(sibling.status, 403, `${name}: from a sibling app's page`)
  }
})

t.test('whoever comes back from the portal is led to the clean address', async t => {
  for (const { name, relays, ask } of home.dialects) {
    const answer = await ask({
      app: 'app',
      target: '/a?b=c&gatehouse_return=1-zzz',
      cookie: home.bob,
      headers: [['Accept', 'text/html']],
    })
    t.equal(answer.status, relays ? 302 : 401, name)
    t.equal(answer.header('location'), home.house.at('app', '/a?b=c').href, name)
  }
})

t.test('how long a cache may keep an allow', async t => {
  const { ask } = home.dialect('auth-request')
  const answer = await ask({ app: 'app', cookie: home.bob, target: '/fresh' })
  const names = answer.headers.map(([name]) => name)
  t.match(answer.header('x-accel-expires'), /^[01]$/, 'what is left of two seconds, in whole ones')
  t.ok(names.indexOf('x-accel-expires') < names.indexOf('cache-control'), 'NGINX heeds the first of the two')
  t.equal((await ask({ app: 'open' })).header('x-accel-expires'), '0', 'nothing of nobody')
})

t.test(
  'a cache that would keep an allow gets one that it can keep, though the verdict is in its last second',
  async t => {
    const start = Math.ceil(Date.now() / 1000) * 1000
    let now = start + 100
    const moved = await openDoorHome(t, '', '', () => now)
    const { ask } = moved.dialect('auth-request')
    const visit = { app: 'app', cookie: moved.bob }
    const keeps = { ...visit, headers: [['X-Gatehouse-Keeps', '1']] as [string, string][] }
    const left = async (...what: Parameters<typeof ask>) => (await ask(...what)).header('x-accel-expires')
    t.equal(await left(visit), '1', 'asked just now')
    now = start + 1_200
    t.equal(await left(visit), '0', 'the rest of two seconds is not one')
    t.equal(await left(keeps), '1', 'asked anew')
    now = start + 2_300
    t.equal(await left({ ...keeps, method: 'POST' }), '0', 'what no cache may keep is not asked for its sake')
  },
)

t.test('the pages of the gateway are served here too, and asked about never', async t => {
  const page = await home.get('/.gatehouse/sign-out', [
    ['Host', home.house.at('app').host],
    ['Cookie', home.bob],
  ])
  t.equal(page.status, 200)
  t.match(page.body, /bob/)
  const nothing = await home.get('/.gatehouse/nothing', [['Host', home.house.at('app').host]])
  t.equal(nothing.status, 404)
  const app = await home.get('/somewhere', [
    ['Host', home.house.at('app').host],
    ['Cookie', home.bob],
  ])
  t.equal(app.status, 404, 'no app is reached by this door')
  t.match(app.body, /\/api\/authz\/auth-request/)
  for (const { name, ask } of home.dialects) {
    const asked = await ask({ app: 'app', target: '/.gatehouse/sign-out', cookie: home.bob })
    t.equal(asked.status, 404, `${name}: a proxy that does not route it must not pass it to the app`)
    const portal = await ask({ app: 'auth', target: '/' })
    t.equal(portal.status, 404, `${name}: the login page is not to be protected`)
  }
})
