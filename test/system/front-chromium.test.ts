/** A real browser, over HTTP/2, behind the servers of docs/proxies. */
import { existsSync } from 'node:fs'
import t from 'tap'
import { passwordOf } from '../../src/demo/household.ts'
import { openChromium, person, shoot, signOut } from '../support/chromium.ts'
import { openFront, type Recipe } from '../support/front.ts'
import { CADDY, HAPROXY_LUA, HAPROXY_PROXY_DOOR, LUA } from '../support/front-recipes.ts'
import { without } from '../support/programs.ts'
import { valuesOf } from '../support/upstream.ts'

const lua = !existsSync(LUA) && `no auth-request Lua in ${LUA}`
const recipes: readonly [Recipe, string | false][] = [
  [CADDY, without('chromium', 'caddy')],
  [HAPROXY_PROXY_DOOR, without('chromium', 'haproxy')],
  [HAPROXY_LUA, without('chromium', 'haproxy') || lua],
]

for (const [recipe, skip] of recipes)
  t.test(recipe.file, { skip }, async t => {
    const front = await openFront(t, recipe)
    const chromium = await openChromium(t, front.house.leaf)
    const context = await person(chromium)
    const page = await context.newPage()
    const asked = front.house.at('app', '/page?camera=front&night=1').href

    await page.goto(asked)
    t.equal(new URL(page.url()).host, front.portal)
    await page.fill('input[name=username]', 'bob')
    await page.fill('input[name=password]', passwordOf('bob'))
    await page.press('input[name=password]', 'Enter')
    await page.waitForURL(asked)
    const seen = front.upstream.seen.find(({ target }) => target.startsWith('/page'))
    t.match(seen, { target: '/page?camera=front&night=1' })
    t.strictSame(valuesOf(seen?.rawHeaders ?? [], 'remote-user'), ['bob'])
    t.equal(
      await page.evaluate('performance.getEntriesByType("navigation")[0].nextHopProtocol'),
      'h2',
      'a browser talks HTTP/2 to it',
    )

    front.upstream.clear()
    const posted = await page.evaluate(
      'fetch("/api?x=1", { method: "POST", body: "hello" }).then(answer => answer.status)',
    )
    t.equal(posted, 200)
    // It asks for the favicon too, whenever it likes.
    const api = front.upstream.seen.filter(({ target }) => target === '/api?x=1')
    t.match(api, [{ method: 'POST', body: 'hello' }])
    t.strictSame(valuesOf(api[0]?.rawHeaders ?? [], 'remote-user'), ['bob'])

    const said = await page.evaluate(`new Promise((done, failed) => {
      const socket = new WebSocket('wss://' + location.host + '/socket')
      socket.onopen = () => socket.send('over the socket')
      socket.onmessage = ({ data }) => done(data)
      socket.onclose = () => failed(new Error('closed'))
    })`)
    t.match(said, '"said":"over the socket"')
    const socket = front.upstream.seen.find(({ target }) => target === '/socket')
    t.strictSame(valuesOf(socket?.rawHeaders ?? [], 'remote-user'), ['bob'])
    t.notMatch(JSON.stringify(front.upstream.seen), 'authelia_session')

    t.equal((await page.goto(front.house.at('admin', '/users').href))?.status(), 403)
    t.match(await page.textContent('body'), 'bob')
    await shoot(page, `${recipe.program}-denied`)

    await page.goto(front.house.at('app', '/.gatehouse/sign-out').href)
    await signOut(page)
    await page.goto(asked)
    t.ok(await page.isVisible('input[name=password]'), 'back to the login')
    front.upstream.clear()
    const late = await page.goto(front.house.at('open', '/').href)
    t.equal(late?.status(), 200)
    const open = front.upstream.seen.find(({ target }) => target === '/')
    t.equal(valuesOf(open?.rawHeaders ?? [], 'remote-user').join(''), '', 'nobody any more')
  })
