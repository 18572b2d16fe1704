/** Caddy in front, with the Caddyfile of docs/proxies: the forward-auth door. */
import { spawnSync } from 'node:child_process'
import t from 'tap'
import { openFront } from '../support/front.ts'
import { CADDY } from '../support/front-recipes.ts'
import { find, without } from '../support/programs.ts'
import { CHECKS, upload } from './front-checks.ts'

const skip = without('caddy')

t.test('Caddy takes the file as it is shipped', { skip }, async t => {
  const out = spawnSync(find('caddy') ?? '', ['validate', '--adapter', 'caddyfile', '--config', CADDY.file], {
    encoding: 'utf8',
    env: { ...process.env, HOME: t.testdir(), XDG_DATA_HOME: t.testdir() },
  })
  t.equal(out.status, 0, out.stderr)
  t.match(out.stdout + out.stderr, 'Valid configuration')
})

t.test('in front of the gateway', { skip }, async t => {
  const front = await openFront(t, CADDY)
  for (const [name, check] of Object.entries(CHECKS)) await t.test(name, t => check(t, front))
})

t.test('an upload of 256 MB', { skip }, t => upload(t, CADDY, false))
