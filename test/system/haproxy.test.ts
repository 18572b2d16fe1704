/** HAProxy in front, with the files of docs/proxies: the proxy door, and the forward-auth door by the auth-request Lua. */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import t from 'tap'
import { openFront, type Recipe } from '../support/front.ts'
import { HAPROXY_LUA, HAPROXY_PROXY_DOOR, LUA } from '../support/front-recipes.ts'
import { find, without } from '../support/programs.ts'
import { CHECKS, upload } from './front-checks.ts'

const skip = without('haproxy')
const doors: readonly [name: string, recipe: Recipe, skip: string | false, through: boolean][] = [
  ['the proxy door', HAPROXY_PROXY_DOOR, skip, true],
  [
    'the forward-auth door',
    HAPROXY_LUA,
    skip || (!existsSync(LUA) && `no auth-request Lua in ${LUA}`),
    false,
  ],
]

for (const [name, recipe, skip, through] of doors)
  t.test(name, { skip }, async t => {
    const front = await openFront(t, recipe)
    const out = spawnSync(find('haproxy') ?? '', ['-c', '-f', front.written], { encoding: 'utf8' })
    t.equal(out.status, 0, out.stderr)
    t.notMatch(out.stderr, /WARNING/)
    for (const [name, check] of Object.entries(CHECKS)) await t.test(name, t => check(t, front))
    await t.test('an upload of 256 MB', t => upload(t, recipe, through))
  })
