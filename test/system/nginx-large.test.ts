/** Large and long things through NGINX's snippets: heads, cookies, addresses, and answers that never end. */
import { once } from 'node:events'
import t from 'tap'
import { openNginxHome } from '../support/nginx-home.ts'
import { one } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'
import { bytes, openRaw } from '../support/raw.ts'

const skip = without('nginx')
const PAGE = ['Accept', 'text/html'] as const
const MANY = Array.from({ length: 160 }, (_, n) => `c${n}=${'v'.repeat(96)}`).join('; ')

for (const cache of [false, true])
  t.test(cache ? 'with the cache' : 'without the cache', { skip }, async t => {
    const home = await openNginxHome(t, {
      cache,
      answer(request, response) {
        if (request.url === '/heads')
          response.setHeader(
            'Set-Cookie',
            Array.from({ length: 12 }, (_, n) => `h${n}=${'x'.repeat(1000)}`),
          )
        response.setHeader('Content-Type', 'text/event-stream')
        if (request.url === '/events') response.write('data: first\n\n')
        else response.end('the app')
      },
    })
    const session = `authelia_session=${home.session('bob')}`

    await t.test('Authelia#2331: a browser with 16 KB of other cookies gets in, and out', async t => {
      t.equal((await home.ask('GET /', 'app', [['Cookie', `${MANY}; ${session}`]])).status, 200)
      t.equal(one(home.app.seen.at(-1), 'cookie'), MANY, 'byte for byte')
      const cookie = ['Cookie', MANY] as const
      t.equal((await home.ask('GET /', 'app', [PAGE, cookie])).status, 302)
      t.equal((await home.ask('GET /.gatehouse/sign-out', 'app', [PAGE, cookie])).status, 200)
      const planted = ['Cookie', `${MANY}; ${session}; authelia_session=planted`] as const
      t.equal(
        (await home.ask('GET /', 'app', [PAGE, planted])).status,
        302,
        'a planted one is seen behind them',
      )
    })

    await t.test('a planted cookie is taken out of the browser, at the paths of a deep address', async t => {
      const deep = `/${Array.from({ length: 12 }, (_, n) => `segment-${n}-of-a-deep-address`).join('/')}`
      const answer = await home.ask(`GET ${deep}?q=1`, 'app', [
        PAGE,
        ['Cookie', `${session}; authelia_session=planted`],
      ])
      t.equal(answer.status, 302)
      t.match(
        answer.header('location'),
        `https://app.gatehouse.localhost:${home.port}${deep}?q=1&gatehouse_return=`,
      )
      const dead = answer.headers.filter(
        ([name, value]) => name === 'set-cookie' && /^authelia_session=;/.test(value),
      )
      t.ok(dead.length > 20, `${dead.length} lines`)
      t.ok(dead.some(([, value]) => value.includes('Path=/segment-0-of-a-deep-address;')))
    })

    await t.test('long addresses and large heads', async t => {
      const long = `/${'a'.repeat(1500)}?${'b'.repeat(1500)}`
      t.equal((await home.ask(`GET ${long}`, 'app', [['Cookie', session]])).status, 200)
      t.equal(home.app.seen.at(-1)?.target, long)
      t.equal((await home.ask(`GET ${long}`, 'app', [PAGE])).status, 302)
      const longer = `/${'a'.repeat(12_000)}`
      t.equal(
        (await home.ask(`GET ${longer}`, 'app', [['Cookie', session]])).status,
        414,
        'Authelia reads 4 KB',
      )
      const heads = await home.ask('GET /heads', 'app', [['Cookie', session]])
      t.equal(heads.status, 200)
      t.equal(heads.headers.filter(([name]) => name === 'set-cookie').length, 12)
    })

    await t.test('an event comes when the app sends it', async t => {
      const connection = await openRaw(home.site('app'))
      t.teardown(connection.destroy)
      connection.write(
        bytes('GET /events', [
          ['Host', `app.gatehouse.localhost:${home.port}`],
          ['Cookie', session],
        ]),
      )
      while (!connection.rest().includes('data: first')) await once(connection.socket, 'data')
      t.match(connection.rest().toString(), /^HTTP\/1.1 200/)
    })
  })
