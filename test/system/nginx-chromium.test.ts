/** Behind NGINX and its verdict cache, as people and their browser meet it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Page } from 'playwright-core'
import t from 'tap'
import { openChromium, person, shoot } from '../support/chromium.ts'
import { openNginxHome } from '../support/nginx-home.ts'
import { one } from '../support/nginx-stub.ts'
import { without } from '../support/programs.ts'

const PLANTED = [
  'authelia_session=planted; Path=/; Domain=gatehouse.localhost; Secure',
  'authelia_session=planted; Path=/',
  '__Host-gatehouse_owner=planted; Path=/; Secure',
]

/** An app with a page, a form and a socket, that plants cookies where it can. */
function app(request: IncomingMessage, response: ServerResponse, body: string): void {
  if (request.url?.startsWith('/plant')) response.setHeader('Set-Cookie', [...PLANTED, 'own=1; Path=/'])
  response.setHeader('Content-Type', request.url?.startsWith('/data') ? 'application/json' : 'text/html')
  const told = JSON.stringify({
    user: request.headers['remote-user'],
    cookie: request.headers.cookie,
    method: request.method,
    body,
  })
  response.end(request.url?.startsWith('/data') ? told : `<title>the app</title><pre>${told}</pre>`)
}

/** What a page's script gets: the status, where it led to, and the text. */
const fetched = (page: Page, url: string, init: object = {}) =>
  page.evaluate(
    async ([to, options]) => {
      const answer = await fetch(to, options)
      return { status: answer.status, redirected: answer.redirected, text: await answer.text() }
    },
    [url, init] as const,
  )

/** Opens a WebSocket from a page. @returns what it was told, or `refused` */
const socket = (page: Page, url: string) =>
  page.evaluate(
    to =>
      new Promise<string>(resolve => {
        const ws = new WebSocket(to, ['chat', 'other'])
        ws.onopen = () => ws.send(`${ws.protocol} hello`)
        ws.onmessage = ({ data }) => resolve(String(data))
        ws.onerror = () => resolve('refused')
      }),
    url,
  )

t.test('in Chromium', { skip: without('nginx', 'chromium') }, async t => {
  const home = await openNginxHome(t, { cache: true, portal: '  verdict_ttl: 3s\n', answer: app })
  const at = (name: string, path: string): string => home.house.at(name, path).href
  const chromium = await openChromium(t, home.house.leaf)
  const bob = await person(chromium)
  const page = await bob.newPage()

  await t.test(
    'bob logs in at the portal and lands on the page that he asked for, query and all',
    async t => {
      const asked = at('app', '/page?a=1&b=%2F#part')
      await page.goto(asked)
      t.equal(new URL(page.url()).hostname, 'auth.gatehouse.localhost')
      await page.fill('input[name=username]', 'bob')
      await page.fill('input[name=password]', 'bob-password')
      await page.press('input[name=password]', 'Enter')
      await page.waitForURL(asked.replace('#part', '*'))
      t.match(JSON.parse((await page.textContent('pre')) ?? ''), { user: 'bob' })
      t.equal(home.app.seen.find(({ target }) => target.startsWith('/page'))?.target, '/page?a=1&b=%2F')
    },
  )

  await t.test('scripts, posts and sockets of the app itself', async t => {
    t.match(JSON.parse((await fetched(page, '/data')).text), { user: 'bob' })
    t.match(JSON.parse((await fetched(page, '/data', { method: 'POST', body: 'a=1' })).text), {
      user: 'bob',
      body: 'a=1',
    })
    const told = JSON.parse(await socket(page, at('app', '/socket').replace('https', 'wss'))) as {
      said: string
      rawHeaders: string[]
    }
    t.equal(told.said, 'chat hello', 'with its subprotocol')
    t.equal(one({ method: '', target: '', body: '', rawHeaders: told.rawHeaders }, 'remote-user'), 'bob')
    t.notMatch(told.rawHeaders.join(), 'authelia_session')
  })

  await t.test('what an app plants, the browser does not take', async t => {
    await page.goto(at('app', '/plant'))
    const cookies = await bob.cookies()
    t.strictSame(
      cookies.filter(({ value }) => value === 'planted'),
      [],
    )
    t.equal((await page.goto(at('app', '/page')))?.status(), 200)
    t.match(JSON.parse((await page.textContent('pre')) ?? ''), { user: 'bob', cookie: 'own=1' })
  })

  await t.test("another app's page, within the life of a kept verdict", async t => {
    t.equal((await fetched(page, '/data')).status, 200)
    const other = await bob.newPage()
    await other.goto(at('other', '/page'))
    t.equal(await socket(other, at('app', '/socket').replace('https', 'wss')), 'refused')
    await fetched(page, '/data')
    home.app.clear()
    await other.evaluate(`new Promise(resolve => {
      const frame = document.body.appendChild(document.createElement('iframe'))
      frame.onload = resolve
      frame.src = ${JSON.stringify(at('app', '/data'))}
    })`)
    await other.evaluate(
      to => fetch(to, { method: 'POST', mode: 'no-cors', credentials: 'include' }),
      at('app', '/data'),
    )
    t.strictSame(home.app.seen, [], 'neither a frame nor a post reached the app')
    await other.close()
  })

  await t.test('who may not is told so', async t => {
    t.equal((await page.goto(at('admin', '/')))?.status(), 403)
    await shoot(page, 'nginx-denied')
    t.match(await page.textContent('body'), 'bob')
  })

  await t.test('sign-out', async t => {
    const left = await bob.newPage()
    await left.goto(at('app', '/page'))
    await page.goto(at('app', '/.gatehouse/sign-out'))
    await page.getByRole('button', { name: 'Sign out' }).click()
    await page.waitForURL(at('app', '/.gatehouse/signed-out'))
    await shoot(page, 'nginx-signed-out')
    let gone = await fetched(left, '/data')
    for (const from = performance.now(); gone.status === 200 && performance.now() - from < 4_000; )
      gone = await fetched(left, '/data')
    t.match(gone, { status: 401, redirected: false }, "what was kept has ended, and the page's script knows")
    t.match(JSON.parse(gone.text), { error: 'login' }, 'a script is told in JSON')
    await page.goto(at('app', '/page'))
    t.equal(new URL(page.url()).hostname, 'auth.gatehouse.localhost')
  })

  await t.test('the gateway is stopped', async t => {
    home.served.program.child.kill('SIGTERM')
    await home.served.program.gone
    t.equal((await page.goto(at('app', '/page')))?.status(), 503)
    await shoot(page, 'nginx-down')
    t.match(await page.textContent('body'), 'nobody can be let in')
  })
})
