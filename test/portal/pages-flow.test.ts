/** The pages as a browser without JavaScript walks through them. */
import { Secret, TOTP } from 'otpauth'
import t from 'tap'
import { type Browser, ORIGIN, type Page, type Running, run } from './browser.ts'

const app = (host: string) => `https://${host}.example.test:8443/x?y=1`
const rd = (host: string) => `rd=${encodeURIComponent(app(host))}`

/** Sets up a device and gives its secret. */
async function enrol(
  running: Running,
  browser: Browser,
  fields = {},
): Promise<{ secret: string; answer: Page }> {
  const page = await browser.get('/enrol')
  const text = page.body.replaceAll(/<[^>]*>/g, '')
  const secret = (/(?:[A-Z2-7]{4}\s+){12}[A-Z2-7]{4}/.exec(text)?.[0] ?? '').replaceAll(/\s/g, '')
  return { secret, answer: await browser.post('/enrol', { token: codeOf(secret, running.now()), ...fields }) }
}
function codeOf(secret: string, now: number): string {
  return new TOTP({ secret: Secret.fromBase32(secret) }).generate({ timestamp: now })
}

t.test('password, and back to the page that was asked for', async t => {
  const browser = (await run(t)).browser()
  const asked = await browser.get(`/?${rd('one')}&rm=GET`)
  t.equal(asked.status, 200)
  t.match(asked.body, 'one.example.test')
  t.match(asked.body, 'name="rd" value="https://one.example.test:8443/x?y=1"')
  const answer = await browser.login('alice', { rd: app('one'), rm: 'GET' })
  t.match(answer, { status: 303, location: app('one') })
  t.match(await browser.authz('one'), {
    status: 200,
    headers: { 'remote-user': 'alice', 'remote-groups': 'admins' },
  })
  t.match(await browser.get(`/?${rd('one')}`), { status: 303, location: app('one') }, 'straight on')
  t.match(await browser.login('alice'), { status: 303, location: '/' }, 'home without rd')
  t.match((await browser.get('/')).body, 'alice')
})

t.test('every page has its headers', async t => {
  const browser = (await run(t)).browser()
  const pages = [
    await browser.get('/'),
    await browser.get('/nothing-here'),
    await browser.post('/login', {}),
    await browser.post('/login', {}, { origin: 'https://evil.org', 'sec-fetch-site': 'cross-site' }),
    await browser.post('/logout', {}),
  ]
  await browser.login('alice')
  pages.push(await browser.get('/'), await browser.get('/enrol'), await browser.get(`/?${rd('deny')}`))
  t.strictSame(
    pages.map(page => page.status),
    [200, 404, 401, 403, 200, 200, 200, 403],
  )
  for (const { headers } of pages) {
    const csp = String(headers['content-security-policy'])
    t.match(csp, /^default-src 'none'/)
    t.match(csp, "form-action 'self' https://example.test:8443 https://*.example.test:8443")
    t.match(csp, "frame-ancestors 'none'")
    t.match(headers, {
      'cache-control': 'no-store',
      'x-content-type-options': 'nosniff',
      'referrer-policy': 'same-origin',
      'x-frame-options': 'DENY',
    })
  }
})

t.test('the second factor: set up with a key, asked for, used once, a new session each time', async t => {
  const running = await run(t)
  const browser = running.browser()
  t.match(await browser.login('alice', { rd: app('two') }), {
    location: `/second-factor?${new URLSearchParams({ rd: app('two') })}`,
  })
  const first = browser.session
  t.match(await browser.get(`/second-factor?${rd('two')}`), { status: 303, location: /^\/enrol\?rd=/ })
  const wrong = await browser.post('/enrol', { token: '000000' })
  t.equal(wrong.status, 303, 'no key was shown yet')
  const { secret, answer } = await enrol(running, browser, { rd: app('two') })
  t.match(answer, { status: 303, location: app('two') })
  t.not(browser.session, first, 'a new id')
  t.equal((await browser.authz('two')).status, 200)
  const old = running.browser()
  old.session = first
  t.equal((await old.authz('one')).status, 302, 'the old one is dead')

  running.pass(60_000)
  const again = running.browser()
  await again.login('alice', { rd: app('two') })
  t.equal((await again.get('/enrol')).status, 303, 'nobody sets up another device')
  t.equal((await again.authz('two')).status, 302, 'half a login opens nothing')
  t.match(await again.get(`/?${rd('two')}`), { status: 303, location: /^\/second-factor\?rd=/ })
  const page = await again.get(`/second-factor?${rd('two')}`)
  t.match(page, { status: 200, body: /one-time-code/ })
  const code = codeOf(secret, running.now())
  t.equal((await again.post('/second-factor', { token: '12345' })).status, 403)
  const half = again.session
  t.match(
    await again.post('/second-factor', { token: `${code.slice(0, 3)} ${code.slice(3)}`, rd: app('two') }),
    {
      status: 303,
      location: app('two'),
    },
  )
  t.not(again.session, half)

  const thief = running.browser()
  await thief.login('alice')
  t.equal((await thief.post('/second-factor', { token: code })).status, 403, 'a code seen over the shoulder')
  const audits = running.log.lines.map(({ fields }) => fields.audit)
  for (const audit of ['login', 'enrol', 'second-factor', 'second-factor-failed'])
    t.ok(audits.includes(audit), audit)
  t.notMatch(JSON.stringify(running.log.lines), new RegExp(`password"|${secret}|${code}|-password`))
})

t.test('wrong codes count, from one address and from all', async t => {
  const running = await run(t)
  const browser = running.browser()
  await browser.login('alice')
  const { secret } = await enrol(running, browser)
  running.pass(60_000)
  const guess = async (address: string, token: string) => {
    const guesser = running.browser()
    await guesser.post(
      '/login',
      { username: 'alice', password: 'alice-password' },
      { 'x-forwarded-for': address },
    )
    return guesser.post('/second-factor', { token }, { 'x-forwarded-for': address })
  }
  for (let i = 0; i < 3; i++) await guess('198.51.100.1', '000000')
  t.equal((await guess('198.51.100.1', codeOf(secret, running.now()))).status, 403, 'banned there')
  t.equal((await guess('198.51.100.2', codeOf(secret, running.now()))).status, 303, 'and not elsewhere')
  running.pass(60_000)
  for (let i = 0; i < 20; i++) await guess(`203.0.113.${i}`, '000000')
  t.equal(
    (await guess('198.51.100.9', codeOf(secret, running.now()))).status,
    403,
    'until too many come from all over',
  )
})

t.test('enrolment that is closed', async t => {
  const closed = await run(t)
  await closed.portal.reload({ ...closed.settings, totp: { ...closed.settings.totp, enrolment: 'closed' } })
  const browser = closed.browser()
  await browser.login('bob', { rd: app('two') })
  t.equal((await browser.get(`/second-factor?${rd('two')}`)).status, 403)
  t.equal((await browser.get('/enrol')).status, 403)
  t.equal((await browser.post('/enrol', { token: '000000' })).status, 403)
})

t.test('somebody who may not is told who they are, and never sent round in a circle', async t => {
  const browser = (await run(t)).browser()
  t.match(await browser.login('bob', { rd: app('admin') }), { status: 303, location: /^\/\?rd=/ })
  for (const path of [`/?${rd('admin')}`, `/?${rd('nosuch')}`]) {
    const page = await browser.get(path)
    t.match(page, { status: 403, body: /signed in as bob/ })
    t.equal(page.location, undefined)
  }
  t.equal(
    (await browser.get(`/?rd=${encodeURIComponent(`${ORIGIN}/logout`)}`)).status,
    200,
    'the portal itself is no app',
  )
})

t.test('an unsafe return address is dropped at every step', async t => {
  const browser = (await run(t)).browser()
  for (const evil of [
    'https://evil.org/',
    '//evil.org',
    'https://one.example.test:1/',
    'javascript:alert(1)',
    '/\\evil.org',
  ]) {
    const page = await browser.get(`/?rd=${encodeURIComponent(evil)}`)
    t.notMatch(page.body, evil, 'not carried on')
    t.match(await browser.login('alice', { rd: evil }), { status: 303, location: '/' })
    t.equal((await browser.get(`/?rd=${encodeURIComponent(evil)}`)).status, 200)
    t.notMatch((await browser.post('/logout', { rd: evil })).body, 'evil')
  }
})

t.test('sign-out ends the session and takes the cookie off, by a form alone', async t => {
  const running = await run(t)
  const browser = running.browser()
  await browser.login('alice')
  const { session } = browser
  t.equal((await browser.get('/logout')).status, 200)
  t.equal((await browser.authz('one')).status, 200, 'a link ends nothing')
  const page = await browser.post('/logout', { rd: app('one') })
  t.equal(page.status, 200)
  t.match(page.headers['set-cookie'], [
    /^authelia_session=; expires=Thu, 01 Jan 1970.*domain=example.test; path=\//,
  ])
  browser.session = session
  t.equal((await browser.authz('one')).status, 302, 'the old cookie replayed')
})
