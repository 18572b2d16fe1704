import t from 'tap'
import { hostOf, requestClass } from '../../src/authz/access-request.ts'
import { ALICE, allow, app, openWay, word } from './way.ts'

const way = openWay([app('cams', { policy: 'bypass' })])

t.test('targets that are refused whatever the app', async t => {
  for (const [target, why] of [
    ['/a%00b', 'null byte'],
    ['/a%zz', 'malformed escape'],
    ['/a%', 'escape cut short'],
    ['/?q=100%', 'malformed escape in the query'],
    ['/a#b', 'fragment'],
    ['/a b', 'space'],
    ['/a\tb', 'tab'],
    ['/a\x7fb', 'delete'],
    ['/a%0d%0aSet-Cookie:x', 'encoded line break in the path'],
    ['http://cams.example.com/', 'absolute form'],
    ['*', 'asterisk form'],
    ['', 'nothing'],
  ] as const) {
    t.equal(word((await way.walk({ target })).answer), 'refuse:bad-request', `${why}: ${target}`)
  }
})

t.test('targets that pass with their very bytes', async t => {
  for (const target of ['/', '/a%20b?x=%0A&y=a+b', '/\xc3\xa4', '/~user/[x]?a=b?c', '/a%2Fb//c/../d;e']) {
    const { exchange, answer } = await way.walk({ target })
    t.equal(word(answer), 'pass', target)
    t.equal(exchange.request.target, target)
  }
})

t.test('methods are compared exactly', async t => {
  for (const [method, expected] of [
    ['GET', 'pass'],
    ['PROPFIND', 'pass'],
    ['M-SEARCH', 'pass'],
    ['get', 'refuse:bad-request'],
    ['Get', 'refuse:bad-request'],
    ['CONNECT', 'refuse:bad-request'],
    ['', 'refuse:bad-request'],
  ] as const) {
    t.equal(word((await way.walk({ method })).answer), expected, method)
  }
})

t.test('the Host header', async t => {
  for (const [host, expected] of [
    ['cams.example.com', 'pass'],
    ['CAMS.Example.COM', 'pass'],
    ['cams.example.com.', 'pass'],
    ['cams.example.com:8443', 'pass'],
    ['cams.example.com.:8443', 'pass'],
    ['', 'refuse:bad-request'],
    ['user@cams.example.com', 'refuse:bad-request'],
    ['cams.example.com, evil.org', 'refuse:bad-request'],
    ['cams.example.com:notaport', 'refuse:bad-request'],
    ['cams.example.com:123456', 'refuse:bad-request'],
    ['cams.example.com/x', 'refuse:bad-request'],
    ['cams.example.com evil', 'refuse:bad-request'],
    ['other.example.com', 'refuse:no-app'],
    ['127.0.0.1', 'refuse:no-app'],
    ['[::1]:443', 'refuse:no-app'],
  ] as const) {
    const headers = host === '' ? [] : ['Host', host]
    t.equal(word((await way.walk({ host: '', headers })).answer), expected, host)
  }
  const twice = await way.walk({ headers: ['Host', 'cams.example.com'] })
  t.equal(word(twice.answer), 'refuse:bad-request', 'two Hosts, even alike')
})

t.test('two Authorization headers are refused', async t => {
  const headers = ['Authorization', 'Basic YTph', 'authorization', 'Bearer x']
  t.equal(word((await way.walk({ headers })).answer), 'refuse:bad-request')
})

t.test('forwarded headers count from trusted peers alone', async t => {
  const trusts = (address: string) => address.startsWith('127.') || address === '10.0.0.1'
  const xff = (value: string) => ['X-Forwarded-For', value]
  for (const [peer, trusted, headers, client] of [
    ['192.0.2.7', false, xff('10.9.9.9'), '192.0.2.7'],
    ['127.0.0.1', true, xff('203.0.113.5'), '203.0.113.5'],
    ['127.0.0.1', true, xff('10.9.9.9, 203.0.113.5'), '203.0.113.5'],
    ['127.0.0.1', true, xff('10.9.9.9, 203.0.113.5, 10.0.0.1'), '203.0.113.5'],
    ['127.0.0.1', true, xff('203.0.113.5, junk'), ''],
    ['127.0.0.1', true, [], '127.0.0.1'],
    ['127.0.0.1', true, [...xff('10.9.9.9'), ...xff('203.0.113.5')], '203.0.113.5'],
    ['::ffff:192.0.2.7', false, [], '192.0.2.7'],
    ['', true, xff('203.0.113.5'), '203.0.113.5'],
    ['', true, [], ''],
  ] as const) {
    const { exchange } = await way.walk({ peer, trusted, trusts, headers: [...headers] })
    t.equal(exchange.request.client, client, `${peer} ${headers.join(' ')}`)
  }
})

t.test('plain http is nobody’s: a page goes to https, the rest is told so', async t => {
  const plain = { secure: false, target: '/a?b=c' }
  const page = await way.walk({ ...plain, headers: ['Accept', 'text/html'] })
  t.match(page.answer, { kind: 'redirect', location: 'https://cams.example.com/a?b=c' })
  t.equal(word((await way.walk(plain)).answer), 'refuse:bad-request')
  const proto = (value: string, trusted: boolean) =>
    way.walk({ ...plain, trusted, headers: ['X-Forwarded-Proto', value] })
  t.equal(word((await proto('https', false)).answer), 'refuse:bad-request', 'a stranger cannot claim https')
  t.equal(word((await proto('https', true)).answer), 'pass')
  t.equal(word((await proto('http', true)).answer), 'refuse:bad-request')
  t.equal(word((await proto('https, http', true)).answer), 'refuse:bad-request', 'the last hop counts')
  t.equal(
    word((await way.walk({ ...plain, trusted: true })).answer),
    'pass',
    'a trusted proxy that is silent ended TLS',
  )
})

t.test('request classes', async t => {
  for (const [expected, upgrade, seen] of [
    ['page', false, { fetchDest: 'document' }],
    ['frame', false, { fetchDest: 'iframe' }],
    ['frame', false, { fetchDest: 'embed' }],
    ['data', false, { fetchDest: 'image', accept: 'text/html' }],
    ['data', false, { fetchDest: 'empty', accept: 'text/html' }],
    ['websocket', true, {}],
    ['data', false, { requestedWith: 'XMLHttpRequest', accept: 'text/html' }],
    ['data', false, { requestedWith: 'xmlhttprequest', accept: 'text/html' }],
    ['page', false, { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' }],
    ['page', false, { accept: 'application/xhtml+xml, TEXT/HTML;q=0.9' }],
    ['data', false, { accept: '*/*' }],
    ['data', false, { accept: 'application/json' }],
    ['data', false, { accept: 'text/html2' }],
    ['data', false, {}],
  ] as const) {
    t.equal(requestClass(upgrade, seen), expected, JSON.stringify(seen))
  }
})

t.test('a host is read in one way', async t => {
  t.equal(hostOf('A.example.com.:443'), 'a.example.com')
  t.equal(hostOf('-a.example.com'), undefined)
  t.equal(hostOf('a..b'), 'a..b', 'an odd name is a name, and no app has it')
  t.equal(hostOf(`${'a'.repeat(300)}.com`), undefined)
})

t.test('the marker of a return is read off page loads only', async t => {
  const known = openWay([app('cams')], { verdicts: { a: allow(ALICE) } })
  const target = '/x?a=1&gatehouse_return=2-abc'
  const cookie = ['Cookie', 'authelia_session=a']
  const page = await known.walk({ target, headers: [...cookie, 'Accept', 'text/html'] })
  t.match(page.answer, { kind: 'redirect', location: 'https://cams.example.com/x?a=1' })
  t.match(known.asked[0], { target: '/x?a=1' }, 'Authelia never sees it')
  const data = await known.walk({ target, headers: cookie })
  t.equal(word(data.answer), 'pass')
  t.equal(data.exchange.request.target, target)
})
