/** The forward-auth door behind the real NGINX with its snippets, with the verdict cache and without. */
import t from 'tap'
import { freePort } from '../../src/demo/port.ts'
import { logIn } from '../support/house.ts'
import { type NginxHome, openNginxHome } from '../support/nginx-home.ts'
import { one } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { bytes, openRaw, type RawAnswer, raw } from '../support/raw.ts'

const skip = without('nginx')
const PAGE = ['Accept', 'text/html'] as const
const SOME = ['Content-Length', '4'] as const
const HANDSHAKE = [
  ['Connection', 'Upgrade'],
  ['Upgrade', 'websocket'],
  ['Sec-WebSocket-Version', '13'],
  ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
] as const
const basic = (text: string) => ['Authorization', `Basic ${Buffer.from(text).toString('base64')}`] as const
const cookieOf = (home: NginxHome, name: string) =>
  ['Cookie', `a=1; authelia_session=${home.session(name)}`] as const
const headers = (answer: RawAnswer, name: string): string[] =>
  answer.headers.filter(([key]) => key === name).map(([, value]) => value)

/** The app answers with the status that its path names, and sets what a hostile one would. */
const answer: Parameters<typeof openNginxHome>[1] = {
  answer(request, response) {
    const status = Number(/^\/status\/(\d+)/.exec(request.url ?? '')?.[1] ?? 200)
    response.writeHead(status, { 'Content-Type': 'text/plain', 'WWW-Authenticate': 'App realm="own"' })
    response.end(`the app's own ${status}`)
  },
}

for (const cache of [false, true])
  t.test(cache ? 'with the cache' : 'without the cache', { skip }, async t => {
    const home = await openNginxHome(t, { cache, people: ['bob', 'dave'], ...answer })
    const { house, app } = home

    await t.test('a person logs in and lands on the very page asked for', async t => {
      const asked = house.at('other', '/a/b?c=d&e=%20f&x=y%2Fz')
      const page = await home.browser('dave').go(asked)
      t.match(page, { status: 200, url: { href: asked.href } }, 'one login is for all apps')
      const landed = await logIn(home.fresh(t), house, 'bob', asked)
      t.match(landed, { status: 200, url: { href: asked.href } })
      t.equal(
        app.seen.at(-1)?.target,
        '/a/b?c=d&e=%20f&x=y%2Fz',
        'the app never sees the marker of the return',
      )
      t.equal(one(app.seen.at(-1), 'remote-user'), 'bob')
    })

    await t.test('nobody is told to log in, in the form that fits', async t => {
      const login = /^https:\/\/auth\.gatehouse\.localhost:\d+\/\?rd=/
      const cases = [
        ['GET /p?q=1', [PAGE], 302],
        ['HEAD /p?q=1', [PAGE], 302],
        ['POST /p?q=1', [PAGE, SOME], 303],
        ['GET /p?q=1', [], 401],
        ['HEAD /p?q=1', [], 401],
        ['GET /p?q=1', [PAGE, ['X-Requested-With', 'XMLHttpRequest']], 401],
        ['GET /p?q=1', [PAGE, ['Sec-Fetch-Dest', 'image'], ['Sec-Fetch-Site', 'same-origin']], 401],
        ['POST /p?q=1', [SOME], 401],
        ['PUT /p?q=1', [SOME], 401],
        ['DELETE /p?q=1', [], 401],
        ['OPTIONS /p?q=1', [], 401],
        ['PROPFIND /p?q=1', [], 401],
        ['GET /p?q=1', HANDSHAKE, 401],
      ] as const
      app.clear()
      for (const [line, sent, status] of cases) {
        const refused = await home.ask(line, 'app', sent, sent.some(pair => pair === SOME) ? 'body' : '')
        const label = `${line} ${sent.map(([name]) => name).join()}`
        t.equal(refused.status, status, label)
        if (status !== 401) t.match(refused.header('location'), login, label)
        else {
          t.equal(refused.header('location'), undefined, 'no script is redirected')
          if (!line.startsWith('HEAD')) t.match(JSON.parse(refused.body), { error: 'login', login }, label)
          t.strictSame(headers(refused, 'www-authenticate'), ['Session realm="app.gatehouse.localhost"'])
        }
        t.equal(headers(refused, 'set-cookie').length, 1, "the portal's cookie comes along")
      }
      t.strictSame(app.seen, [], 'nothing reached the app')
    })

    await t.test(
      'a refused handshake leaves a connection on which the next request is judged anew',
      async t => {
        const connection = await openRaw(home.site('app'))
        t.teardown(connection.destroy)
        const host = ['Host', `app.gatehouse.localhost:${home.port}`] as const
        connection.write(bytes('GET /socket', [host, ...HANDSHAKE]) + bytes('GET /behind', [host]))
        t.equal((await connection.answer()).status, 401)
        t.equal((await connection.answer()).status, 401)
        t.strictSame(app.seen, [])
      },
    )

    await t.test('who may not gets 403: a page that names them, or JSON', async t => {
      const page = await home.ask('GET /p?q=1', 'admin', [PAGE, cookieOf(home, 'bob')])
      t.equal(page.status, 403)
      t.match(page.body, 'bob')
      t.match(page.header('content-security-policy'), "default-src 'none'")
      const data = await home.ask('DELETE /p', 'admin', [cookieOf(home, 'bob')])
      t.match(
        { status: data.status, body: JSON.parse(data.body) },
        { status: 403, body: { error: 'denied' } },
      )
      t.equal((await home.ask('GET /', 'open')).status, 200, 'and what is open is open')
      t.equal(one(app.seen.at(-1), 'remote-user'), 'none')
    })

    await t.test('a path that reads two ways is refused as such where a rule looks at it', async t => {
      const page = await home.ask('GET /x/%2e%2e/y', 'ruled', [PAGE, cookieOf(home, 'bob')])
      t.equal(page.status, 400)
      t.match(page.body, 'more than one way')
    })

    await t.test('Basic: right, and the app does not see it; wrong, and Authelia is asked once', async t => {
      t.equal((await home.ask('GET /b', 'scripts', [basic('bob:bob-password')])).status, 200)
      t.strictSame(
        [one(app.seen.at(-1), 'remote-user'), one(app.seen.at(-1), 'authorization')],
        ['bob', 'none'],
      )
      const wrong = await home.ask('GET /b', 'scripts', [basic('bob:wrong')])
      t.equal(wrong.status, 401)
      t.equal(wrong.header('location'), undefined)
      t.strictSame(
        headers(wrong, 'www-authenticate').map(text => text.split(' ')[0]),
        ['Basic'],
      )
      t.equal((await home.ask('GET /b', 'scripts', [basic('bob:wrong')])).status, 401)
      // The third failure would be a ban: two that counted twice each had been one.
      t.equal((await home.ask('GET /b', 'scripts', [basic('bob:bob-password')])).status, 200)
      await home.ask('GET /b', 'app', [basic('own:app'), cookieOf(home, 'bob')])
      t.equal(one(app.seen.at(-1), 'authorization'), basic('own:app')[1], "an app's own password is its own")
    })

    await t.test("the app's own answers are the app's", async t => {
      for (const status of [401, 403, 404, 418, 500, 502, 503, 504]) {
        const own = await home.ask(`GET /status/${status}`, 'app', [PAGE, cookieOf(home, 'bob')])
        t.match(own, { status, body: `the app's own ${status}` })
        t.strictSame(headers(own, 'www-authenticate'), ['App realm="own"'])
      }
    })

    await t.test('sign-out', async t => {
      const cookie = cookieOf(home, 'dave')
      t.equal((await home.ask('GET /kept', 'app', [cookie])).status, 200)
      const origin = ['Origin', house.at('app').origin] as const
      const out = await home.ask('POST /.gatehouse/sign-out', 'app', [
        cookie,
        origin,
        ['Content-Length', '0'],
      ])
      t.match(
        { status: out.status, to: out.header('location') },
        { status: 303, to: '/.gatehouse/signed-out' },
      )
      t.match(headers(out, 'set-cookie').join(), /authelia_session=;.*Domain=gatehouse\.localhost/)
      t.equal((await home.ask('GET /other', 'app', [cookie])).status, 401, 'at once, where nothing is kept')
      const from = performance.now()
      let status = 200
      while (status === 200 && performance.now() - from < 10_000)
        status = (await home.ask('GET /kept', 'app', [cookie])).status
      t.equal(status, 401)
      t.ok(performance.now() - from < (cache ? 2_500 : 1_000), 'and within verdict_ttl where NGINX keeps it')
    })
  })

t.test('a site without TLS sends pages to https, and opens nothing', { skip }, async t => {
  const plain = await freePort(0)
  const home = await openNginxHome(t, {
    servers: ({ app }) => `server {
      listen 127.0.0.1:${plain}; server_name app.gatehouse.localhost plain.gatehouse.localhost;
      include gatehouse/site.conf;
      location / { include gatehouse/protect.conf; proxy_pass ${app.origin}; }
    }`,
  })
  const host = ['Host', `app.gatehouse.localhost:${plain}`] as const
  const lie = ['X-Forwarded-Proto', 'https'] as const
  const page = await raw(plain, bytes('GET /a?b', [host, lie, PAGE, cookieOf(home, 'bob')]))
  t.match({ ...page, to: page.header('location') }, { status: 302, to: home.house.at('app', '/a?b').href })
  t.equal((await raw(plain, bytes('GET /a?b', [host, lie, cookieOf(home, 'bob')]))).status, 400)
  t.strictSame(home.app.seen, [])
})
