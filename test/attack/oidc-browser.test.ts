/** The way through the browser: redirect URIs in other spellings, states, consent that is forged, shown or borrowed. */
import t from 'tap'
import { appClient, asking, onward, openHome, told } from '../support/oidc-home.ts'

const CLIENTS = [
  appClient('cloud', {
    redirect_uris: ['https://cloud.example.test/cb', 'https://cloud.example.test/cb?x=1'],
  }),
  appClient('asks', { consent: 'explicit' }),
]

const SPELLINGS = [
  'https://cloud.example.test/cb/',
  'https://cloud.example.test/CB',
  'https://CLOUD.example.test/cb',
  'https://cloud.example.test:443/cb',
  'https://cloud.example.test:8443/cb',
  'https://cloud.example.test/cb#',
  'https://cloud.example.test/cb?',
  'https://cloud.example.test/cb?x=2',
  'https://cloud.example.test/cb&x=1',
  'https://cloud.example.test/a/../cb',
  'https://cloud.example.test/%63b',
  'https://cloud.example.test//cb',
  'https://cloud.example.test.evil.test/cb',
  'https://cloud.example.test@evil.test/cb',
  'https://evil.test/cb?https://cloud.example.test/cb',
  'https://cloud.example.test\\@evil.test/cb',
  'http://cloud.example.test/cb',
  '//cloud.example.test/cb',
  'javascript:alert(1)',
  ' https://cloud.example.test/cb',
  'https://asks.example.test/cb',
]

t.test('a redirect URI is compared character by character, and nothing is sent to another', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  for (const redirect_uri of SPELLINGS) {
    const page = await alice.get(asking('cloud', { redirect_uri }))
    t.match(page.location, /^https:\/\/auth\.example\.test:8443\/consent\/completion\?error=/, redirect_uri)
  }
  const own = await alice.get(asking('cloud', { redirect_uri: 'https://cloud.example.test/cb?x=1' }))
  t.match(own.location, /^https:\/\/cloud\.example\.test\/cb\?x=1&code=/, "the app's own parameter stays")
  const twice = await alice.get(`${asking('cloud')}&redirect_uri=https%3A%2F%2Fevil.test%2F`)
  t.notMatch(twice.location ?? '', /^https:\/\/evil/)
  t.notOk(told(twice, 'code'))
})

t.test('the page of errors says what is ours and nothing that stands in its address', async t => {
  const home = await openHome(t, CLIENTS)
  const text = 'Call <b>0900-EVIL</b> and tell your password'
  const query = new URLSearchParams({ error: text, error_description: text, error_hint: text })
  const page = await home.browser().get(`/consent/completion?${query}`)
  t.equal(page.status, 400)
  t.notMatch(page.body, /0900|EVIL/)
})

t.test('a state that is short or missing is refused; scopes are those of the client', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  for (const state of ['', '1234567'])
    t.equal(told(await alice.get(asking('cloud', { state })), 'error'), 'invalid_state')
  const page = await alice.get(asking('cloud', { scope: 'openid phone' }))
  t.equal(told(page, 'error'), 'invalid_scope')
  t.equal(told(await alice.get(asking('cloud', { scope: 'openid made_up' })), 'error'), 'invalid_scope')
})

t.test('huge parameters cost nothing and lead nowhere', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  for (const change of [
    { state: 's'.repeat(9000) },
    { nonce: 'n'.repeat(20_000) },
    { claims: '{"id_token":{'.repeat(600) },
  ]) {
    const page = await alice.get(asking('cloud', change))
    t.match(page.location, /\/consent\/completion\?error=invalid_request/)
  }
  const deep = await alice.get(asking('cloud', { claims: '['.repeat(800) }))
  t.equal(told(deep, 'error'), 'invalid_request')
  const form = await home.post('/api/oidc/token', { code: 'x'.repeat(30_000) })
  t.equal(form.status, 413)
})

t.test('consent: only our own form, only its reader, only that app, never in a frame', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const away = await alice.get(asking('asks'))
  const path = '/consent/openid/decision'
  const page = await alice.get(onward(away))
  t.equal(page.headers['x-frame-options'], 'DENY')
  t.match(page.headers['content-security-policy'], "frame-ancestors 'none'")
  const form = {
    flow: 'openid_connect',
    flow_id: told(away, 'flow_id') ?? '',
    as: 'alice',
    decision: 'allow',
  }
  for (const headers of [
    { origin: 'https://cloud.example.test:8443', 'sec-fetch-site': 'same-site' },
    { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
    { origin: 'null', 'sec-fetch-site': '' },
    { origin: '', 'sec-fetch-site': '' },
  ]) {
    t.equal((await alice.post(path, form, headers)).status, 403, JSON.stringify(headers))
  }
  t.equal((await alice.get(`${path}?${new URLSearchParams(form)}`)).status, 200, 'an address decides nothing')
  const api = await alice.post(
    '/api/oidc/consent',
    {},
    { origin: 'https://evil.test', 'sec-fetch-site': 'cross-site' },
  )
  t.equal(api.status, 403)
  const again = await alice.get(asking('asks'))
  t.notOk(told(again, 'code'), 'and nothing was decided')

  // Bob sits down at alice's browser, with her page still open.
  await alice.post('/logout', {})
  await alice.login('bob')
  const shown = await alice.post(path, form)
  t.equal(shown.status, 200, 'he is shown the page himself')
  t.match(shown.body, 'bob')
})

t.test("a flow that was made up, or of another's request, goes nowhere", async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  t.equal((await alice.get('/?flow=openid_connect&flow_id=bm9uc2Vuc2U')).status, 400)
  const away = await alice.get(asking('asks'))
  const flow_id = told(away, 'flow_id') ?? ''
  const on = await alice.post('/consent/openid/decision', {
    flow: 'openid_connect',
    flow_id,
    as: 'alice',
    decision: 'allow',
  })
  const consent = new URL(on.location ?? '').searchParams.get('consent_id') ?? ''
  const other = await alice.get(
    `${asking('asks', { nonce: 'nonce-of-an-attacker' })}&consent_id=${encodeURIComponent(consent)}`,
  )
  t.notOk(told(other, 'code'), 'what was agreed to is that request and no other')
  const bob = home.browser()
  await bob.login('bob')
  t.notOk(told(await bob.get(onward(on)), 'code'), "nor is it anybody else's word")
  home.pass(601_000)
  t.equal((await alice.get(`/?flow=openid_connect&flow_id=${flow_id}`)).status, 400, 'too late')
})
