import t from 'tap'
import { cleanPath } from '../../src/authz/policy.ts'
import { parseQuery } from '../../src/authz/policy-query.ts'

t.test('paths are cleaned as Authelia’s are', async t => {
  for (const [path, expected] of [
    ['/', '/'],
    ['/a', '/a'],
    ['/a/', '/a/'],
    ['/a//b', '/a/b'],
    ['//a', '/a'],
    ['/a/./b', '/a/b'],
    ['/a/../b', '/b'],
    ['/../../b', '/b'],
    ['/a/..', '/'],
    ['/a/../', '//'],
    ['//', '//'],
    ['/.', '/'],
    ['/./', '//'],
    ['/...', '/...'],
    ['/.a/..b', '/.a/..b'],
    ['/public/%2e%2e/secret', '/secret'],
    ['/public%2f..%2Fsecret', '/secret'],
    ['/%64eny', '/deny'],
    ['/a%2f', '/a/'],
    ['/%252e%252e/x', '/%2e%2e/x'],
    ['/a%5c..%5cb', '/a\\..\\b'],
    ['/a+b', '/a+b'],
    ['/a%20b', '/a b'],
    ['/a b', '/a b'],
    ['/a;x/b', '/a;x/b'],
    ['/a#b', '/a#b'],
    ['/%00', '/\0'],
    ['/%C3%BC', '/ü'],
    ['/\u00c3\u00bc', '/ü'],
    ['/%ff/%e2%82x', '/\ufffd/\ufffd\ufffdx'],
    ['/%f0%9f%98%80', '/😀'],
    ['/😀', '/😀'],
    ['', '.'],
    ['/%', undefined],
    ['/%2', undefined],
    ['/%zz', undefined],
    ['/%2g/../x', undefined],
    ['/a\tb', undefined],
    ['/a\x7f', undefined],
    ['x', undefined],
    ['*', undefined],
  ] as const) {
    t.equal(cleanPath(path), expected, JSON.stringify(path))
  }
})

t.test('a cleaned path stays as it is when cleaned again, escapes apart', async t => {
  for (const path of ['/a/b', '/a/b/', '/.well-known/x', '/~x/a.b', '/a:b@c', '/!$&()*+,=']) {
    t.equal(cleanPath(path), path, path)
  }
})

t.test('queries are read as Go’s url.ParseQuery reads them', async t => {
  for (const [query, expected] of [
    ['', {}],
    ['?', {}],
    ['?a', { a: '' }],
    ['?a=1&b=2', { a: '1', b: '2' }],
    ['?a=1&a=2', { a: '1' }],
    ['?a=b=c', { a: 'b=c' }],
    ['?=1', { '': '1' }],
    ['?&&a=1&', { a: '1' }],
    ['?a=1;b=2&c=3', { c: '3' }],
    ['?a;=1', {}],
    ['?a=%3b', { a: ';' }],
    ['?a%zz=1&b=%zz&c=%4', {}],
    ['?a=%zz&a=2', { a: '2' }],
    ['?x+y=a+b%2Bc', { 'x y': 'a b+c' }],
    ['?a=%C3%BC&\u00c3\u00bc=1', { a: 'ü', ü: '1' }],
    ['?a=?', { a: '?' }],
    ['?__proto__=1', { ['__proto__']: '1' }],
  ] as const) {
    t.same(Object.fromEntries(parseQuery(query)), expected, query)
  }
})
