/** What holds the portal's edges: origins, roles, bans, equal answers, bounded memory. */
import t from 'tap'
import { fetchPage, ORIGIN, run } from './browser.ts'

const NAME = { username: 'alice', password: 'alice-password' }

t.test(
  'a form counts only from the portal itself (login forced on a victim, Pomerium CVE-2021-29652)',
  async t => {
    const running = await run(t)
    for (const [headers, status] of [
      [{}, 303],
      [{ origin: '' }, 303],
      [{ origin: 'null' }, 303],
      [{ 'sec-fetch-site': '' }, 303],
      [{ origin: '', 'sec-fetch-site': '' }, 403],
      [{ origin: 'null', 'sec-fetch-site': '' }, 403],
      [{ origin: 'https://one.example.test:8443', 'sec-fetch-site': 'same-site' }, 403],
      [{ origin: 'https://one.example.test:8443' }, 403],
      [{ 'sec-fetch-site': 'same-site' }, 403],
      [{ 'sec-fetch-site': 'cross-site' }, 403],
      [{ 'sec-fetch-site': 'none' }, 403],
      [{ origin: 'https://auth.example.test', 'sec-fetch-site': '' }, 403],
      [{ origin: 'http://auth.example.test:8443', 'sec-fetch-site': '' }, 403],
      [{ origin: `${ORIGIN}.evil.org`, 'sec-fetch-site': '' }, 403],
    ] as const) {
      const browser = running.browser()
      const page = await browser.post('/login', NAME, headers)
      t.equal(page.status, status, JSON.stringify(headers))
      t.equal(browser.session !== '', status === 303)
    }
    const browser = running.browser()
    await browser.login('alice')
    const away = { origin: 'https://one.example.test:8443', 'sec-fetch-site': 'same-site' }
    for (const path of ['/logout', '/enrol', '/second-factor', '/api/logout', '/api/secondfactor/totp'])
      t.equal((await browser.post(path, {}, away)).status, 403, path)
    t.equal((await browser.authz('one')).status, 200, 'still signed in')
    t.equal((await running.browser().post('/api/firstfactor', {}, away)).status, 403)
  },
)

t.test('pages are at the portal alone, and authz for the gateway alone', async t => {
  const running = await run(t)
  const [gateway, browsers] = [await running.port('gateway'), await running.port('browsers')]
  const ask = async (port: number, path: string, headers = {}) =>
    (await fetchPage(port, 'GET', path, '', headers)).status
  const question = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'open.example.test',
    'x-forwarded-method': 'GET',
    'x-forwarded-uri': '/',
  }
  t.equal(await ask(gateway, '/api/authz/forward-auth', question), 200)
  t.equal(await ask(gateway, '/api/state'), 200)
  t.equal(await ask(gateway, '/'), 404)
  for (const path of [
    '/api/authz/forward-auth',
    '/api/authz/auth-request',
    '/api/authz/ext-authz//x',
    '/api/authz/',
    '/api/authz',
    '//api/authz/forward-auth',
    '/api//authz/forward-auth',
    '/API/authz/forward-auth',
    '/api/%61uthz/forward-auth',
    '/x/../api/authz/forward-auth',
    '/api/authz;x/forward-auth',
  ])
    t.equal(await ask(browsers, path, question), 404, path)
  t.equal(await ask(browsers, '/'), 200)
  for (const host of ['one.example.test:8443', 'evil.org', 'auth.example.test.evil.org', '127.0.0.1'])
    t.equal(await ask(browsers, '/', { host, 'x-forwarded-host': '' }), 404, host)
})

t.test('all failures are one answer, after one time', async t => {
  const running = await run(t)
  const say = async (body: string) => {
    const { status, body: text } = await fetchPage(await port, 'POST', '/api/firstfactor', body, {})
    return `${status} ${text}`
  }
  const port = running.port('all')
  const answers = new Set<string>()
  for (const [username, password] of [
    ['alice', 'wrong'],
    ['nobody', 'wrong'],
    ['disabled', 'disabled-password'],
    ['', ''],
    ['alice', ''],
    ['alice', 'wrong'],
    ['alice', 'wrong'],
    ['alice', 'alice-password'],
  ])
    answers.add(await say(JSON.stringify({ username, password })))
  answers.add(await say('{'))
  answers.add(await say('null'))
  t.strictSame(
    [...answers],
    ['401 {"status":"KO","message":"Authentication failed. Check your credentials."}'],
  )
  t.equal(running.slept.length, 10)
  t.ok(
    running.slept.every(ms => ms >= 250 && ms <= 335),
    'the clock stood still: the whole floor',
  )
  const pages = new Set<string>()
  for (const username of ['alice', 'nobody', 'disabled']) {
    const page = await running.browser().post('/login', { username, password: 'wrong' })
    pages.add(`${page.status} ${page.body.replaceAll(username, 'NAME')}`)
  }
  t.equal(pages.size, 1, 'a banned, an unknown and a disabled name give one page')
})

t.test('Basic counts toward the same ban, and its refusals wait too', async t => {
  const running = await run(t)
  const browser = running.browser()
  const basic = (password: string) => ({
    authorization: `Basic ${Buffer.from(`alice:${password}`).toString('base64')}`,
  })
  t.equal((await browser.authz('one', basic('alice-password'))).status, 200)
  t.equal(running.slept.length, 0)
  for (let i = 0; i < 3; i++) t.equal((await browser.authz('one', basic('wrong'))).status, 401)
  t.equal(running.slept.length, 3)
  t.equal((await browser.authz('one', basic('alice-password'))).status, 401, 'banned')
  t.equal((await browser.login('alice')).status, 401, 'for the page too')
  running.pass(300_001)
  t.equal((await browser.login('alice')).status, 303)
})

t.test('an id that the client chose is never taken', async t => {
  const browser = (await run(t)).browser()
  for (const chosen of ['fixated', 'A'.repeat(32)]) {
    browser.session = chosen
    await browser.authz('one')
    t.not(browser.session, chosen, 'the stranger gets another')
    browser.session = chosen
    await browser.login('alice')
    t.not(browser.session, chosen)
    t.equal((await browser.authz('one')).status, 200)
  }
})

t.test('a session ends with its user, and with idling', async t => {
  const running = await run(t)
  const browser = running.browser()
  await browser.login('alice')
  for (let i = 0; i < 5; i++) {
    running.pass(299_000)
    t.equal((await browser.authz('one')).status, 200, 'used')
  }
  running.pass(301_000)
  t.equal(
    (await browser.get('/?rd=https%3A%2F%2Fone.example.test%3A8443%2F')).status,
    200,
    'idle: the login page',
  )
  await browser.login('alice', { remember: 'on' })
  running.pass(20 * 86_400_000)
  t.equal((await browser.authz('one')).status, 200, 'remembered')
})

t.test('strangers cost no memory', async t => {
  const running = await run(t)
  const { port } = new URL(`http://127.0.0.1:${await running.port('gateway')}`)
  t.ok(port)
  const { openCore } = await import('../../src/portal/core.ts')
  const { decide } = await import('../../src/portal/authz/decide.ts')
  const { forwardAuth } = await import('../../src/portal/authz/forward-auth.ts')
  const { randomBytes } = await import('node:crypto')
  const core = await openCore(running.settings, {
    log: running.log,
    clock: running.now,
    random: randomBytes,
    sleep: async () => {},
  })
  const headers: Record<string, string> = {
    'x-forwarded-proto': 'https',
    'x-forwarded-host': 'one.example.test',
    'x-forwarded-method': 'GET',
    accept: 'text/html',
  }
  const incoming = {
    method: 'GET',
    target: '/',
    path: '/',
    query: '',
    size: 0,
    client: '192.0.2.1',
    first: (name: string) => headers[name],
    all: () => [],
  }
  const ids = new Set<string>()
  for (let i = 0; i < 20_000; i++) {
    const answer = await decide(core, forwardAuth, incoming)
    if (i % 100 === 0) ids.add(answer.headers.find(([name]) => name === 'Set-Cookie')?.[1] ?? '')
  }
  t.equal(ids.size, 200, 'each got a cookie of their own')
  t.equal(core.sessions.size, 0, 'and none is remembered')
})

t.test('large and odd requests', async t => {
  const running = await run(t)
  const port = await running.port('all')
  const status = async (method: string, path: string, body: string, headers = {}) =>
    (await fetchPage(port, method, path, body, headers)).status
  t.equal(await status('GET', '/', '', { cookie: `x=${'a'.repeat(16_000)}` }), 200, '16 KB of cookies')
  t.equal(await status('GET', '/api/authz/forward-auth', '', { cookie: `x=${'a'.repeat(4096)}` }), 431)
  t.equal(await status('POST', '/login', 'a'.repeat(20_000), { origin: ORIGIN }), 413)
  t.equal(await status('POST', '/api/firstfactor', 'a'.repeat(20_000)), 413)
  t.equal(await status('PUT', '/login', 'a'), 405)
  t.equal(await status('PROPFIND', '/', ''), 404)
  t.equal(await status('GET', '/%zz', ''), 400)
  t.equal(await status('GET', '/api/nope', ''), 404)
  t.equal(await status('OPTIONS', '/api/state', ''), 200)
})
