/** Who may be a client: secrets guessed, shown in two ways, in the wrong way; a crowd that guesses. */
import t from 'tap'
import { appClient, asking, basicOf, https, openHome, told, trade } from '../support/oidc-home.ts'
import { secretOf } from '../support/oidc-secrets.ts'

const PUBLIC = appClient('spa', { public: true, token_endpoint_auth_method: 'none', pkce: 'S256' })
const CLIENTS = [
  appClient('cloud'),
  appClient('posts', { token_endpoint_auth_method: 'client_secret_post' }),
  PUBLIC,
]
const GRANT = { grant_type: 'authorization_code', code: 'x', redirect_uri: 'https://cloud.example.test/cb' }

t.test('one way to prove it for each client, and none to be two at once', async t => {
  const home = await openHome(t, CLIENTS)
  const secret = secretOf('cloud')
  for (const [what, form, headers] of [
    ['post for basic', { client_id: 'cloud', client_secret: secret }, {}],
    ['basic for post', {}, basicOf('posts')],
    ['nothing', { client_id: 'cloud' }, {}],
    ['both', { client_id: 'cloud', client_secret: secret }, basicOf('cloud')],
    ['two names', { client_id: 'posts' }, basicOf('cloud')],
    ['an assertion', { client_assertion: 'x', client_assertion_type: 'y', client_id: 'cloud' }, {}],
    ['a secret for a public one', {}, basicOf('spa', 'x')],
    ['nobody', {}, basicOf('nobody', 'x')],
    ['an empty secret', {}, basicOf('cloud', '')],
    ['no colon', {}, { authorization: `Basic ${Buffer.from('cloud').toString('base64')}` }],
  ] as const) {
    const page = await home.post('/api/oidc/token', { ...GRANT, ...form }, { ...headers })
    t.equal(page.status, 401, what)
    t.match(page.body, '"invalid_client"', what)
  }
  const query = await home.post(`/api/oidc/token?client_id=cloud&client_secret=${secret}`, GRANT)
  t.equal(query.status, 401, 'a secret in an address is not looked at')
  t.equal((await home.post('/api/oidc/introspection', { token: 'x', client_id: 'spa' })).status, 401)
})

t.test('a crowd that guesses is cut short, and the app itself comes through', async t => {
  const home = await openHome(t, CLIENTS)
  const alice = home.browser()
  await alice.login('alice')
  const code = async () => told(await alice.get(asking('cloud')), 'code') ?? ''
  t.equal((await trade(home, 'cloud', await code())).status, 200, 'known from now on')
  const guess = (n: number) => home.post('/api/oidc/token', GRANT, basicOf('cloud', `guess-${n}`))
  const pages = await Promise.all(Array.from({ length: 60 }, (_, n) => guess(n)))
  const count = (status: number) => pages.filter(page => page.status === status).length
  t.equal(count(401) + count(429), 60)
  t.ok(count(429) >= 30, `${count(429)} were not even looked at`)
  t.equal((await trade(home, 'cloud', await code())).status, 200, 'the right one is never banned')
  const elsewhere = await home.post('/api/oidc/token', GRANT, {
    ...basicOf('posts', 'x'),
    'x-forwarded-for': '203.0.113.9',
  })
  t.equal(elsewhere.status, 401, 'nor is any other network')
  const text = JSON.stringify(home.log.lines)
  t.notMatch(text, 'guess-1', 'no guess is in the log')
  t.notMatch(text, secretOf('cloud'))
})

t.test('a new secret ends the old one', async t => {
  const home = await openHome(t, CLIENTS)
  t.equal((await home.post('/api/oidc/introspection', { token: 'x' }, basicOf('cloud'))).status, 200)
  const { writeOidcSecrets } = await import('../support/oidc-secrets.ts')
  writeOidcSecrets(`${home.folder}/secrets`, { cloud: 'another-secret-of-40-characters-012345678' })
  await home.reload(CLIENTS)
  t.equal((await home.post('/api/oidc/introspection', { token: 'x' }, basicOf('cloud'))).status, 401)
})

t.test('another host, plain http and other methods get nothing', async t => {
  const home = await openHome(t, CLIENTS)
  const browser = home.browser()
  const path = '/.well-known/openid-configuration'
  t.equal((await browser.get(path, { host: 'one.example.test:8443' })).status, 400)
  t.equal((await browser.get(path, { 'x-forwarded-proto': 'http' })).status, 400)
  t.equal((await browser.get('/api/oidc/token')).status, 405)
  t.equal((await browser.get('/api/oidc/nope')).status, 404)
  const shared = await browser.get(path, { ...https, origin: 'https://anywhere.test' })
  t.equal(shared.headers['access-control-allow-origin'], '*')
  const kept = await home.post('/api/oidc/token', GRANT, {
    ...basicOf('cloud'),
    origin: 'https://anywhere.test',
  })
  t.equal(kept.headers['access-control-allow-origin'], undefined)
})
