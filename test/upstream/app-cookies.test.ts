import t from 'tap'
import { BINDING_COOKIE, bind, bindingOf, claim } from '../../src/upstream/app-cookies.ts'

/** The value that a browser would send back for a Set-Cookie line. */
const kept = (line: string | undefined) => line?.split(';', 1)[0]?.slice(BINDING_COOKIE.length + 1)

t.test('a cookie that the app set for one user never reaches it from another', async t => {
  const first = claim(undefined, undefined, 'alice', '/')
  const line = bind(first, 'alice', ['sid'])
  t.match(line, /^__Host-gatehouse_owner=[\w-]+; Path=\/; .*HttpOnly; Secure; SameSite=Lax$/)

  const again = claim('sid=1', kept(line), 'alice', '/')
  t.strictSame([again.cookie, again.expired, again.changed], ['sid=1', [], false])
  t.equal(bind(again, 'alice', []), undefined, 'nothing new, nothing sent')

  const other = claim('theme=dark; sid=1', kept(line), 'bob', '/grafana/d/x')
  t.equal(other.cookie, 'theme=dark')
  t.match(other.expired, [/^sid=; Max-Age=0.*Path=\/$/, /Path=\/grafana$/])
  const rebound = kept(bind(other, 'bob', ['sid']))
  t.equal(claim('sid=2; theme=dark', rebound, 'bob', '/').cookie, 'sid=2; theme=dark')
  t.equal(claim('sid=2; theme=dark', rebound, 'alice', '/').cookie, undefined)
})

t.test('a cookie of nobody’s becomes the first user’s', async t => {
  const first = claim('sid=anonymous', undefined, 'alice', '/')
  t.equal(first.cookie, 'sid=anonymous')
  const binding = kept(bind(first, 'alice', []))
  t.equal(claim('sid=anonymous', binding, 'bob', '/').cookie, undefined)
})

t.test('a damaged binding is none', async t => {
  for (const value of ['%%%', 'a b', 'A', '', '!'.repeat(9)]) {
    t.equal(claim('sid=1', value, 'alice', '/').cookie, 'sid=1', value)
  }
})

t.test('the binding is bounded', async t => {
  const names = Array.from({ length: 500 }, (_, i) => `c${i}`)
  const line = bind(claim(undefined, undefined, 'alice', '/'), 'alice', names)
  t.ok((line ?? '').length < 1600)
  t.equal(claim('c499=1', kept(line), 'bob', '/').cookie, undefined, 'the newest stay')
})

t.test('our cookie is found by its exact name', async t => {
  t.equal(bindingOf(`a=b; ${BINDING_COOKIE}=x`), 'x')
  t.equal(bindingOf(`x${BINDING_COOKIE}=x`), undefined)
  t.equal(bindingOf(undefined), undefined)
})

t.test('ending cookies costs a bounded head, and withholds them all', async t => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const binding = kept(bind(claim(undefined, undefined, 'alice', '/'), 'alice', names))
  const sent = [...names, ...names].map(name => `${name}=1`).join('; ')
  const { cookie, expired } = claim(sent, binding, 'bob', '/a/b/c/d/e/f')
  t.equal(cookie, undefined)
  t.ok(expired.join('').length < 2500)
  const twice = claim('c0=1; c0=2', binding, 'bob', '/')
  t.equal(twice.expired.length, 1, 'each name once')
})
