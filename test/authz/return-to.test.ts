import t from 'tap'
import { nextReturn, pageBehind, portalAddress, takeMarker, withMarker } from '../../src/authz/return-to.ts'
import { NOW } from './way.ts'

t.test('the marker goes and the rest keeps its bytes', async t => {
  for (const [target, expected, count] of [
    ['/a?gatehouse_return=1-abc', '/a', 1],
    ['/a?x=%20&gatehouse_return=2-abc', '/a?x=%20', 2],
    ['/a?gatehouse_return=2-abc&y', '/a?y', 2],
    ['/a?&x&&gatehouse_return=3-a', '/a?&x&', 3],
    ['/a?gatehouse_return=1-a&gatehouse_return=2-a', '/a', 2],
    ['/a?gatehouse_return=99-a', '/a?gatehouse_return=99-a', undefined],
    ['/a?x=gatehouse_return=1-a', '/a?x=gatehouse_return=1-a', undefined],
    ['/gatehouse_return=1-a', '/gatehouse_return=1-a', undefined],
  ] as const) {
    const { target: left, back } = takeMarker(target)
    t.strictSame([left, back?.count], [expected, count], target)
  }
})

t.test('what is put on is what is taken off', async t => {
  for (const target of ['/', '/a?b', '/a?', '/a?b=c&d']) {
    const next = nextReturn(undefined, NOW)
    if (next === undefined) throw new Error('a first return is none')
    const { target: left, back } = takeMarker(withMarker(target, next))
    t.strictSame([left, back], [target === '/a?' ? '/a?' : target, next], target)
  }
})

t.test('returns are counted within ten seconds and no longer', async t => {
  let back = nextReturn(undefined, NOW)
  back = nextReturn(back, NOW + 1000)
  t.match(back, { count: 2 })
  back = nextReturn(back, NOW + 2000)
  t.match(back, { count: 3 })
  t.equal(nextReturn(back, NOW + 9000), undefined, 'the fourth bounce is a page')
  t.match(nextReturn(back, NOW + 10_000), { count: 1 }, 'a person was slower')
})

t.test('a script, an image or a form’s target is never an address to return to', async t => {
  const origin = 'https://cams.example.com'
  for (const [referer, expected] of [
    [undefined, '/'],
    [`${origin}/live?cam=1`, '/live?cam=1'],
    [`${origin}:8443/live`, '/'],
    ['https://evil.example.com/x', '/'],
    ['https://cams.example.com@evil.org/', '/'],
    ['https://cams.example.com.evil.org/', '/'],
    ['javascript:alert(1)', '/'],
    ['not an address', '/'],
  ] as const) {
    t.equal(pageBehind(origin, referer), expected, referer ?? 'none')
  }
})

t.test('the portal’s address is in Authelia’s form', async t => {
  const at = portalAddress('https://auth.example.com', 'https://cams.example.com/a?b=c&d', 'GET')
  t.equal(at, 'https://auth.example.com/?rd=https%3A%2F%2Fcams.example.com%2Fa%3Fb%3Dc%26d&rm=GET')
})
