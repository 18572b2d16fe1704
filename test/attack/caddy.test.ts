/** The attacks that go through Caddy, with the Caddyfile of docs/proxies. */
import t from 'tap'
import { openFront } from '../support/front.ts'
import { CADDY } from '../support/front-recipes.ts'
import { without } from '../support/programs.ts'
import { ADDRESS } from './front-address.ts'
import { IDENTITY } from './front-identity.ts'

const ATTACKS = Object.entries({ ...IDENTITY, ...ADDRESS })

t.test('through Caddy', { skip: without('caddy') }, async t => {
  const front = await openFront(t, CADDY)
  for (const [name, attack] of ATTACKS) await t.test(name, t => attack(t, front))
})
