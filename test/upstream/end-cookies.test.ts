import t from 'tap'
import { endCookies } from '../../src/upstream/end-cookies.ts'

const ended = (names: string[], host: string, path: string) =>
  endCookies(names, { host, path }, 'example.com').map(line =>
    line.replace('=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Path=', ' '),
  )

t.test('a cookie is ended wherever it may have been set, and never above the domain', async t => {
  for (const [what, name, host, path, lines] of [
    [
      'below',
      'sid',
      'app.example.com',
      '/',
      ['sid /', 'sid /; Domain=app.example.com', 'sid /; Domain=example.com'],
    ],
    [
      'far below',
      'sid',
      'a.b.example.com',
      '/',
      ['sid /', 'sid /; Domain=a.b.example.com', 'sid /; Domain=b.example.com', 'sid /; Domain=example.com'],
    ],
    ['the domain itself', 'sid', 'example.com', '/', ['sid /', 'sid /; Domain=example.com']],
    ['another domain', 'sid', 'app.example.org', '/', ['sid /']],
    ['a domain that ends alike', 'sid', 'evilexample.com', '/', ['sid /']],
    ['a path', 'sid', 'other.org', '/x/y z/w', ['sid /', 'sid /x', 'sid /x/', 'sid /x/w', 'sid /x/w/']],
    ['__Host-', '__Host-sid', 'app.example.com', '/x', ['__Host-sid /; Secure']],
    [
      '__Secure-',
      '__Secure-sid',
      'example.com',
      '/',
      ['__Secure-sid /; Secure', '__Secure-sid /; Domain=example.com; Secure'],
    ],
  ] as const)
    t.strictSame(ended([name], host, path), lines, what)
})

t.test('the lines are bounded, and none of many names has to wait for the paths of another', async t => {
  const names = Array.from({ length: 40 }, (_, i) => `c${i}`)
  const lines = ended(names, 'app.example.com', '/a/b/c/d/e/f')
  t.ok(lines.length <= 24)
  t.ok(endCookies(names, { host: 'app.example.com', path: '/' }, 'example.com').join('').length <= 2048)
  t.strictSame(lines.slice(3, 6), ['c1 /', 'c1 /; Domain=app.example.com', 'c1 /; Domain=example.com'])
  t.strictSame(
    ended(['x'.repeat(4000), 'sid'], 'example.org', '/'),
    ['sid /'],
    'a name too long is withheld alone',
  )
})
