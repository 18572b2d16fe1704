/** The attacks that go through HAProxy, with the files of docs/proxies. */
import { existsSync } from 'node:fs'
import t from 'tap'
import { openFront } from '../support/front.ts'
import { HAPROXY_LUA, HAPROXY_PROXY_DOOR, LUA } from '../support/front-recipes.ts'
import { without } from '../support/programs.ts'
import { ADDRESS } from './front-address.ts'
import { IDENTITY } from './front-identity.ts'

const ATTACKS = Object.entries({ ...IDENTITY, ...ADDRESS })

const skip = without('haproxy')

t.test('through HAProxy to the proxy door', { skip }, async t => {
  const front = await openFront(t, HAPROXY_PROXY_DOOR)
  for (const [name, attack] of ATTACKS) await t.test(name, t => attack(t, front))
})

t.test(
  'through HAProxy and its Lua',
  { skip: skip || (!existsSync(LUA) && `no auth-request Lua in ${LUA}`) },
  async t => {
    const front = await openFront(t, HAPROXY_LUA)
    for (const [name, attack] of ATTACKS) await t.test(name, t => attack(t, front))
  },
)
