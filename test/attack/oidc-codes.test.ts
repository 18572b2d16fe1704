/** Codes and tokens of the provider: injected, mixed up, used twice, downgraded (RFC 9700, RFC 6819). */
import t from 'tap'
import {
  appClient,
  asking,
  basicOf,
  CHALLENGE,
  type Home,
  openHome,
  tokensOf,
  told,
  trade,
  VERIFIER,
} from '../support/oidc-home.ts'

const CLIENTS = [appClient('cloud'), appClient('other'), appClient('pkce', { pkce: 'S256' })]

async function codeFor(home: Home, app: string, change: Record<string, string> = {}): Promise<string> {
  const alice = home.browser()
  await alice.login('alice')
  return told(await alice.get(asking(app, change)), 'code') ?? ''
}

const S256 = { code_challenge: CHALLENGE, code_challenge_method: 'S256' }

t.test("a code of one app is worth nothing to another, and stays the first one's", async t => {
  const home = await openHome(t, CLIENTS)
  const code = await codeFor(home, 'cloud')
  const redirect_uri = 'https://cloud.example.test/cb'
  const stolen = await home.post(
    '/api/oidc/token',
    { grant_type: 'authorization_code', code, redirect_uri },
    basicOf('other'),
  )
  t.equal(stolen.status, 400)
  t.equal((await trade(home, 'cloud', code)).status, 200)
})

t.test('a code used twice, also at the same moment, gives tokens once and then none', async t => {
  const home = await openHome(t, CLIENTS)
  const code = await codeFor(home, 'cloud')
  const pages = await Promise.all(Array.from({ length: 8 }, () => trade(home, 'cloud', code)))
  const good = pages.filter(({ status }) => status === 200)
  t.equal(good.length, 1)
  for (const page of good) t.equal((await home.userinfo(tokensOf(page).access_token)).status, 401, 'revoked')
})

t.test(
  'a code is bound to its verifier: a wrong one, none, or one that nobody announced burns it',
  async t => {
    const home = await openHome(t, CLIENTS)
    for (const [app, change, wrong] of [
      ['pkce', S256, { code_verifier: `${VERIFIER}x` }],
      ['pkce', S256, {}],
      ['cloud', {}, { code_verifier: VERIFIER }],
    ] as const) {
      const code = await codeFor(home, app, { ...change })
      t.equal((await trade(home, app, code, wrong)).status, 400)
      const right = 'code_challenge' in change ? { code_verifier: VERIFIER } : {}
      t.equal((await trade(home, app, code, right)).status, 400, 'burned')
    }
    const fine = await codeFor(home, 'pkce', S256)
    t.equal((await trade(home, 'pkce', fine, { code_verifier: VERIFIER })).status, 200)
  },
)

t.test('PKCE cannot be talked down', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  for (const change of [
    {},
    { code_challenge: VERIFIER, code_challenge_method: 'plain' },
    { code_challenge: VERIFIER },
    { code_challenge_method: 'S256' },
    { code_challenge: 'short', code_challenge_method: 'S256' },
  ]) {
    const page = await alice.get(asking('pkce', change))
    t.notOk(told(page, 'code'), JSON.stringify(change))
    t.equal(told(page, 'error'), 'invalid_request')
  }
})

t.test('a refresh token used twice kills its family; of another app it is nothing', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const away = await alice.get(asking('cloud', { scope: 'openid offline_access' }))
  const form = {
    flow: 'openid_connect',
    flow_id: told(away, 'flow_id') ?? '',
    as: 'alice',
    decision: 'allow',
  }
  const on = await alice.post('/consent/openid/decision', form)
  const back = await alice.get((on.location ?? '').replace(/^https:\/\/[^/]*/, ''))
  const first = tokensOf(await trade(home, 'cloud', told(back, 'code') ?? ''))
  const refresh = (token: string | undefined, app: string) =>
    home.post('/api/oidc/token', { grant_type: 'refresh_token', refresh_token: token ?? '' }, basicOf(app))
  t.equal((await refresh(first.refresh_token, 'other')).status, 400)
  const pages = await Promise.all([1, 2, 3].map(() => refresh(first.refresh_token, 'cloud')))
  const good = pages.filter(({ status }) => status === 200)
  t.equal(good.length, 1)
  for (const page of good) {
    const second = tokensOf(page)
    t.equal((await refresh(second.refresh_token, 'cloud')).status, 400, 'the family is dead')
    t.equal((await home.userinfo(second.access_token)).status, 401)
  }
})

t.test("an app can neither look at another's token nor end it, and a code is no token", async t => {
  const home = await openHome(t, CLIENTS)
  const code = await codeFor(home, 'cloud')
  t.equal((await home.userinfo(code)).status, 401)
  const { access_token: token, id_token } = tokensOf(await trade(home, 'cloud', code))
  t.equal((await home.post('/api/oidc/introspection', { token }, basicOf('other'))).body, '{"active":false}')
  await home.post('/api/oidc/revocation', { token }, basicOf('other'))
  t.equal((await home.userinfo(token)).status, 200)
  t.equal((await home.userinfo(id_token)).status, 401, 'an ID token opens nothing')
})

t.test('no token of another making is taken: alg none, and a hint signed by nobody', async t => {
  const home = await openHome(t, CLIENTS)
  const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const none = `${part({ alg: 'none' })}.${part({ iss: 'https://auth.example.test:8443', sub: 'x', aud: 'cloud' })}.`
  t.equal((await home.userinfo(none)).status, 401)
  const alice = home.browser()
  await alice.login('alice')
  t.notOk(told(await alice.get(asking('cloud', { id_token_hint: none })), 'code'))
  const request = `${part({ alg: 'none' })}.${part({ client_id: 'cloud', redirect_uri: 'https://evil.test/' })}.`
  t.equal(told(await alice.get(asking('cloud', { request })), 'error'), 'request_not_supported')
  t.notOk(told(await alice.get(asking('cloud', { request_uri: 'https://evil.test/r' })), 'code'))
})
