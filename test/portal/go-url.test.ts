import t from 'tap'
import { parseGoUrl, queryEscape } from '../../src/portal/go-url.ts'

const READ: readonly (readonly [raw: string, href: string, hostname: string, path: string])[] = [
  ['https://a.test', 'https://a.test', 'a.test', ''],
  ['HTTPS://a.test/', 'https://a.test/', 'a.test', '/'],
  ['https://a.test:443/x?y=1', 'https://a.test:443/x?y=1', 'a.test', '/x'],
  ['https://a.test:/x', 'https://a.test:/x', 'a.test', '/x'],
  ['https://A.test/', 'https://A.test/', 'A.test', '/'],
  ['https://u:p@a.test/', 'https://u:p@a.test/', 'a.test', '/'],
  ['https://b.test@a.test/', 'https://b.test@a.test/', 'a.test', '/'],
  ['https://[::1]:80/', 'https://[::1]:80/', '::1', '/'],
  ['https://a.test/a b', 'https://a.test/a%20b', 'a.test', '/a%20b'],
  ['https://a.test/a%20b', 'https://a.test/a%20b', 'a.test', '/a%20b'],
  ['https://a.test/%2f%2E', 'https://a.test/%2f%2E', 'a.test', '/%2f%2E'],
  ['https://a.test/ %2f', 'https://a.test/%20/', 'a.test', '/%20/'],
  ['https://a.test/\xe4', 'https://a.test/%E4', 'a.test', '/%E4'],
  ['https://a.test/x#y', 'https://a.test/x%23y', 'a.test', '/x%23y'],
  ['https://a.test//b.test/', 'https://a.test//b.test/', 'a.test', '//b.test/'],
  ['https://a.test/?q=%zz a', 'https://a.test/?q=%zz a', 'a.test', '/'],
]
const REFUSED = [
  '',
  '*',
  '/x',
  'a.test/x',
  ':// ',
  'https:a.test',
  'https:/a.test',
  'https://a.test/%zz',
  'https://a.test/%2',
  'https://a.test:port/',
  'https://a.test:80:80/',
  'https://a.test, b.test/',
  'https://a test/',
  'https://a\\b/',
  'https://[::1/',
  'https://[x]/',
  'https://::1/',
  'https://a.test/\n',
  'https://a\x00.test/',
  'https://u p@a.test/',
]

t.test('read and written as Go does', async t => {
  for (const [raw, href, hostname, path] of READ) {
    t.match(parseGoUrl(raw), { href, hostname, path }, raw)
  }
})

t.test('refused as Go does', async t => {
  for (const raw of REFUSED) t.equal(parseGoUrl(raw), undefined, JSON.stringify(raw))
})

t.test('url.QueryEscape', async t => {
  t.equal(
    queryEscape('https://a.test/p?a=1&b=+ ~-_.\xe4'),
    'https%3A%2F%2Fa.test%2Fp%3Fa%3D1%26b%3D%2B+~-_.%E4',
  )
})
