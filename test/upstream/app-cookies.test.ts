import t from 'tap'
import { BINDING_COOKIE, bind, bindingOf, claim } from '../../src/upstream/app-cookies.ts'

const claimAt = (cookie: string | undefined, binding: string | undefined, user: string, path: string) =>
  claim(cookie, binding, user, { host: 'app.example.com', path }, 'example.com')

/** The value that a browser would send back for a Set-Cookie line. */
const kept = (line: string | undefined) => line?.split(';', 1)[0]?.slice(BINDING_COOKIE.length + 1)

t.test('a cookie that the app set for one user never reaches it from another', async t => {
  const first = claimAt(undefined, undefined, 'alice', '/')
  const line = bind(first, 'alice', ['sid'])
  t.match(line, /^__Host-gatehouse_owner=[\w-]+; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)

  const again = claimAt('sid=1', kept(line), 'alice', '/')
  t.strictSame([again.cookie, again.expired, again.changed], ['sid=1', [], false])
  t.equal(bind(again, 'alice', []), undefined, 'nothing new, nothing sent')

  const other = claimAt('theme=dark; sid=1', kept(line), 'bob', '/grafana/d/x')
  t.equal(other.cookie, 'theme=dark')
  t.strictSame(other.expired.map(line => line.replace(/^sid=; Max-Age=0; Expires=[^;]+; /, '')).slice(0, 6), [
    'Path=/',
    'Path=/; Domain=app.example.com',
    'Path=/; Domain=example.com',
    'Path=/grafana',
    'Path=/grafana; Domain=app.example.com',
    'Path=/grafana; Domain=example.com',
  ])
  const rebound = kept(bind(other, 'bob', ['sid']))
  t.equal(claimAt('sid=2; theme=dark', rebound, 'bob', '/').cookie, 'sid=2; theme=dark')
  t.equal(claimAt('sid=2; theme=dark', rebound, 'alice', '/').cookie, undefined)
})

t.test('a cookie of nobody’s becomes the first user’s', async t => {
  const first = claimAt('sid=anonymous', undefined, 'alice', '/')
  t.equal(first.cookie, 'sid=anonymous')
  const binding = kept(bind(first, 'alice', []))
  t.equal(claimAt('sid=anonymous', binding, 'bob', '/').cookie, undefined)
})

t.test('a damaged binding is none', async t => {
  for (const value of ['%%%', 'a b', 'A', '', '!'.repeat(9)]) {
    t.equal(claimAt('sid=1', value, 'alice', '/').cookie, 'sid=1', value)
  }
})

t.test('the binding is bounded', async t => {
  const names = Array.from({ length: 500 }, (_, i) => `c${i}`)
  const line = bind(claimAt(undefined, undefined, 'alice', '/'), 'alice', names)
  t.ok((line ?? '').length < 1600)
  t.equal(claimAt('c499=1', kept(line), 'bob', '/').cookie, undefined, 'the newest stay')
})

t.test('our cookie is found by its exact name', async t => {
  t.equal(bindingOf(`a=b; ${BINDING_COOKIE}=x`), 'x')
  t.equal(bindingOf(`x${BINDING_COOKIE}=x`), undefined)
  t.equal(bindingOf(undefined), undefined)
})

t.test('ending cookies costs a bounded head, and withholds them all', async t => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const binding = kept(bind(claimAt(undefined, undefined, 'alice', '/'), 'alice', names))
  const sent = [...names, ...names].map(name => `${name}=1`).join('; ')
  const { cookie, expired } = claimAt(sent, binding, 'bob', '/a/b/c/d/e/f')
  t.equal(cookie, undefined)
  t.ok(expired.join('').length < 2500)
  const twice = claimAt('c0=1; c0=2', binding, 'bob', '/')
  t.equal(twice.expired.length, 3, 'each name once')
})
