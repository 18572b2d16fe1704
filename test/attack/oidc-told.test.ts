/** What an app may not learn: tokens of people who may no longer log in, and claims behind a user's back. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { USERS } from '../portal/house.ts'
import {
  appClient,
  asking,
  basicOf,
  type Home,
  onward,
  openHome,
  tokensOf,
  told,
  trade,
} from '../support/oidc-home.ts'

const CLIENTS = [appClient('admins', { groups: ['admins'] }), appClient('asks', { consent: 'explicit' })]

async function introspect(home: Home, token: string): Promise<unknown> {
  return JSON.parse((await home.post('/api/oidc/introspection', { token }, basicOf('admins'))).body)
}

const OUT: readonly (readonly [string, (home: Home) => unknown])[] = [
  [
    'who left the group',
    home =>
      home.reload(
        CLIENTS.map(client => (client.app === 'admins' ? { ...client, groups: ['other'] } : client)),
      ),
  ],
  [
    'who is disabled',
    async home => {
      const heard = home.log.heard('read the users file')
      const file = join(home.folder, 'users_database.yml')
      writeFileSync(file, USERS.replace('  alice:\n', '  alice:\n    disabled: true\n'))
      await Promise.race([heard, home.reload(CLIENTS)])
    },
  ],
]

for (const [who, change] of OUT)
  t.test(`introspection calls no token alive of somebody ${who}`, async t => {
    const home = await openHome(t, CLIENTS)
    const alice = home.browser()
    await alice.login('alice')
    const page = await alice.get(asking('admins', { scope: 'openid offline_access' }))
    await alice
      .post('/consent/openid/decision', {
        flow_id: new URLSearchParams(onward(page).split('?')[1]).get('flow_id') ?? '',
        flow: 'openid_connect',
        as: 'alice',
        decision: 'allow',
      })
      .then(async sent => {
        const code = told(await alice.get(onward(sent)), 'code') ?? ''
        const { access_token, refresh_token = '' } = tokensOf(await trade(home, 'admins', code))
        for (const token of [access_token, refresh_token])
          t.match(await introspect(home, token), { active: true, username: 'alice' })
        await change(home)
        for (const token of [access_token, refresh_token])
          t.strictSame(await introspect(home, token), { active: false })
      })
  })

t.test('the page that asks a user names what is asked for claim by claim, too', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const claims = JSON.stringify({ userinfo: { email: null }, id_token: { groups: { essential: true } } })
  const page = await alice.get(asking('asks', { scope: 'openid', claims }))
  const { body } = await alice.get(onward(page))
  t.match(body, 'your email address')
  t.match(body, 'the groups that you are in')
  t.notMatch(body, 'your name and your username', 'which is not asked for')
})
