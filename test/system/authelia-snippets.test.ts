/** "They change one line of an existing Authelia snippet, the port": Authelia's own, and all that they did goes on. */
import { existsSync } from 'node:fs'
import t from 'tap'
import { openFront, type Recipe } from '../support/front.ts'
import { CADDY, HAPROXY_LUA, LUA } from '../support/front-recipes.ts'
import { logIn } from '../support/house.ts'
import { without } from '../support/programs.ts'

const caddy: Recipe = {
  ...CADDY,
  file: 'test/system/authelia-snippets/Caddyfile',
  replace: place => {
    const { "# Gatehouse's forward-auth door": _, ...same } = CADDY.replace(place)
    return { ...same, '# As Authelia': '{\n\tadmin off\n\tauto_https off\n}\n# As Authelia' }
  },
}
const haproxy: Recipe = { ...HAPROXY_LUA, file: 'test/system/authelia-snippets/haproxy.cfg' }

const recipes: readonly [Recipe, string | false][] = [
  [caddy, without('caddy')],
  [haproxy, without('haproxy') || (!existsSync(LUA) && `no auth-request Lua in ${LUA}`)],
]

for (const [recipe, skip] of recipes)
  t.test(`${recipe.program}, with another port`, { skip }, async t => {
    const front = await openFront(t, recipe)
    const browser = front.browser()
    const asked = front.house.at('app', '/a?b=1')
    t.equal((await browser.go(asked)).url.host, front.portal)
    const landed = await logIn(browser, front.house, 'bob', asked)
    t.equal(landed.url.href, asked.href)
    t.strictSame(front.upstream.last('remote-user'), ['bob'])
    t.strictSame(front.upstream.last('remote-groups'), ['family'])
    t.equal((await browser.ask(front.house.at('admin'))).status, 403)
    const forged = { 'Remote-User': 'root' }
    t.equal((await browser.ask(asked, { headers: forged })).status, 200)
    t.strictSame(front.upstream.last('remote-user'), ['bob'])
    front.upstream.clear()
    t.equal((await front.browser().ask(front.house.at('open'), { headers: forged })).status, 200)
    t.strictSame(front.upstream.last('remote-user').join(''), '', 'nobody, where the verdict names nobody')
  })
