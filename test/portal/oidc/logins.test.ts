import t from 'tap'
import {
  appClient,
  asking,
  basicOf,
  claimsOf,
  enrol,
  onward,
  openHome,
  tokensOf,
  told,
  trade,
} from '../../support/oidc-home.ts'

const CLIENTS = [
  appClient('cloud'),
  appClient('safe', { policy: 'two_factor' }),
  appClient('asks', { consent: 'explicit', client_name: 'Cloud of <b>clouds</b>' }),
  appClient('admins', { groups: ['admins'] }),
  appClient('shut', { policy: 'deny' }),
  appClient('guac', {
    public: true,
    token_endpoint_auth_method: 'none',
    grant_types: ['implicit'],
    response_types: ['id_token'],
  }),
  appClient('fat', {
    scopes: ['openid', 'groups', 'email', 'is_admin'],
    id_token_claims: ['groups', 'admin'],
    group_claims: [{ scope: 'is_admin', claim: 'admin', group: 'admins' }],
  }),
]

t.test('a stranger logs in once and is back at the app, without a word of consent', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  const away = await alice.get(asking('cloud'))
  t.equal(away.status, 302)
  t.match(onward(away), /^\/\?flow=openid_connect&flow_id=/)
  const page = await alice.get(onward(away))
  t.match(page.body, 'The cloud', 'the page says which app it is for')
  t.match(page.headers['content-security-policy'], 'https://cloud.example.test')
  const flow_id = told(away, 'flow_id') ?? ''
  const logged = await alice.login('alice', { flow: 'openid_connect', flow_id })
  t.match(onward(logged), /^\/api\/oidc\/authorization\?client_id=cloud&consent_id=/)
  const back = await alice.get(onward(logged))
  t.equal(back.status, 303)
  t.equal(told(back, 'state'), 'state-of-the-app')
  t.equal(told(back, 'scope'), 'openid profile groups email')
  const tokens = tokensOf(await trade(home, 'cloud', told(back, 'code') ?? ''))
  const claims = claimsOf(tokens.id_token)
  t.notOk(claims.groups, 'a thin ID token')
  t.strictSame(claims.amr, ['pwd', 'kba'])
  const info = JSON.parse((await home.userinfo(tokens.access_token)).body)
  t.match(info, { groups: ['admins'], preferred_username: 'alice', sub: claims.sub })
  t.match(claims.sub, /^[0-9a-f]{8}-[0-9a-f]{4}-4/)
  t.equal((await alice.get(asking('cloud', { prompt: 'none' }))).status, 303, 'the next one is silent')
})

t.test('an app with two_factor sends somebody with a password to the code, and back', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const none = await alice.get(asking('safe', { prompt: 'none' }))
  t.equal(told(none, 'error'), 'login_required')
  const away = await alice.get(asking('safe'))
  const page = await alice.get(onward(away))
  t.match(onward(page), /^\/second-factor\?flow=openid_connect/)
  await enrol(alice)
  const next = await alice.get(onward(page))
  const back = await alice.get(onward(next))
  const { id_token } = tokensOf(await trade(home, 'safe', told(back, 'code') ?? ''))
  t.strictSame(claimsOf(id_token).amr, ['pwd', 'kba', 'otp', 'mfa'])
})

t.test('consent: asked each time, refused or given, and the app hears it', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  t.equal(told(await alice.get(asking('asks', { prompt: 'none' })), 'error'), 'consent_required')
  for (const decision of ['refuse', 'allow']) {
    const away = await alice.get(asking('asks'))
    t.match(onward(away), /^\/consent\/openid\/decision\?/)
    const page = await alice.get(onward(away))
    t.match(page.body, 'Cloud of &lt;b&gt;clouds&lt;/b&gt;')
    t.match(page.body, 'the groups that you are in')
    const form = { flow: 'openid_connect', flow_id: told(away, 'flow_id') ?? '', as: 'alice', decision }
    const on = await alice.post('/consent/openid/decision', form)
    const back = await alice.get(onward(on))
    t.equal(told(back, decision === 'allow' ? 'code' : 'error') !== undefined, true, decision)
    if (decision === 'refuse') t.equal(told(back, 'error'), 'access_denied')
    t.match(onward(await alice.get(onward(on))), /^\/consent\/openid/, 'once alone')
  }
})

t.test('who may: groups and deny are said to the app, and end its tokens', async t => {
  const home = await openHome(t, CLIENTS)
  const [alice, bob] = [home.browser(), home.browser()]
  await alice.login('alice')
  await bob.login('bob')
  t.equal(told(await bob.get(asking('admins')), 'error'), 'access_denied')
  t.equal(told(await alice.get(asking('shut')), 'error'), 'access_denied')
  const { access_token } = tokensOf(
    await trade(home, 'admins', told(await alice.get(asking('admins')), 'code') ?? ''),
  )
  t.equal((await home.userinfo(access_token)).status, 200)
  await home.reload(
    CLIENTS.map(client => (client.app === 'admins' ? { ...client, groups: ['other'] } : client)),
  )
  t.equal((await home.userinfo(access_token)).status, 401, 'out of the group')
})

t.test('prompt=login and max_age want the password anew', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  home.pass(60_000)
  t.equal((await alice.get(asking('cloud', { max_age: '3600' }))).status, 303)
  for (const change of [{ max_age: '30' }, { max_age: '0' }]) {
    const away = await alice.get(asking('cloud', change))
    const page = await alice.get(onward(away))
    t.match(page.body, 'value="alice"', 'her name stands there already')
    const flow_id = told(away, 'flow_id') ?? ''
    const again = await alice.login('alice', { flow: 'openid_connect', flow_id })
    // Zero is prompt=login, and who has to log in anew is asked as well, as Authelia does.
    if (change.max_age === '0') t.match(onward(again), /^\/consent\/openid\/decision/)
    else t.ok(told(await alice.get(onward(again)), 'code'))
    home.pass(60_000)
  }
})

t.test('an ID token says more where the client is set so, or where it is all that the app gets', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const fat = await alice.get(asking('fat', { scope: 'openid groups email is_admin' }))
  const { id_token } = tokensOf(await trade(home, 'fat', told(fat, 'code') ?? ''))
  t.match(claimsOf(id_token), { groups: ['admins'], admin: true })
  t.notOk(claimsOf(id_token).email)
  const implicit = await alice.get(asking('guac', { response_type: 'id_token' }))
  t.match(implicit.location, /^https:\/\/guac\.example\.test\/cb#/)
  t.match(claimsOf(told(implicit, 'id_token') ?? ''), { groups: ['admins'], preferred_username: 'alice' })
  const refused = await alice.get(asking('cloud', { response_type: 'id_token' }))
  t.notOk(told(refused, 'id_token'), 'no implicit flow for a client that did not declare it')
})

t.test('a pushed request, and form_post', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const query = Object.fromEntries(new URLSearchParams(asking('cloud').split('?')[1]))
  const { client_id: _, ...form } = query
  const pushed = await home.post('/api/oidc/pushed-authorization-request', form, basicOf('cloud'))
  t.equal(pushed.status, 201, pushed.body)
  const { request_uri } = JSON.parse(pushed.body)
  const back = await alice.get(
    `/api/oidc/authorization?${new URLSearchParams({ client_id: 'cloud', request_uri })}`,
  )
  t.ok(told(back, 'code'))
  const stranger = home.browser()
  const again = await home.post('/api/oidc/pushed-authorization-request', form, basicOf('cloud'))
  const uri = JSON.parse(again.body).request_uri
  const away = await stranger.get(
    `/api/oidc/authorization?${new URLSearchParams({ client_id: 'cloud', request_uri: uri })}`,
  )
  const flow_id = told(away, 'flow_id') ?? ''
  const logged = await stranger.login('alice', { flow: 'openid_connect', flow_id })
  t.ok(told(await stranger.get(onward(logged)), 'code'), 'after a login too')
  const page = await alice.get(asking('cloud', { response_mode: 'form_post' }))
  t.match(page.body, /<form method="post" action="https:\/\/cloud\.example\.test\/cb">/)
  t.match(page.body, 'name="code"')
})
