/** Open redirect: oauth2-proxy GHSA-qqxw-m5fj-f7gv and its siblings, caddy-security CVE-2024-21496. */
import t from 'tap'
import { domainOf, safeTarget } from '../../src/portal/domains.ts'
import { household } from './house.ts'

const { settings, remove } = household()
t.teardown(remove)
const { cookies } = settings
const local = [
  { ...cookies[0], domain: 'example.test', portal: 'https://auth.example.test', ports: [] },
] as typeof cookies

const SAFE = [
  'https://one.example.test:8443/',
  'https://one.example.test:8443/a/b?c=d&e=%20#f',
  'https://example.test:8443/',
  'https://a.b.example.test:8443/x?u=https://evil.org/',
]
const UNSAFE = [
  '',
  '/',
  '//one.example.test:8443/',
  'one.example.test',
  'http://one.example.test:8443/',
  'wss://one.example.test:8443/',
  'HTTPS://one.example.test:8443/',
  'https:one.example.test:8443/',
  'https:/one.example.test:8443/',
  'https:///one.example.test:8443/',
  'https://evil.org/',
  'https://evilexample.test:8443/',
  'https://one.example.test.evil.org:8443/',
  'https://evil.org\\.example.test:8443/',
  'https://evil.org\\@one.example.test:8443/',
  'https://evil.org/\\one.example.test:8443/',
  'https:\\\\one.example.test:8443/',
  'https://one.example.test:8443/\\evil.org',
  'https://evil.org#.example.test:8443/',
  'https://evil.org?.example.test:8443/',
  'https://evil.org;.example.test:8443/',
  'https://alice@one.example.test:8443/',
  'https://evil.org:80@one.example.test:8443/',
  'https://one.example.test:8443@evil.org/',
  'https://one.example.test:8443/\t/x',
  'https://one.exam\tple.test:8443/',
  'https://one.example.test:8443/\n',
  ' https://one.example.test:8443/',
  'https://one.example.test:8443/\x00',
  'java\nscript:alert(1)',
  'javascript:alert(1)//https://one.example.test:8443/',
  'data:text/html,x',
  'https://one.example.test:8444/',
  'https://one.example.test:22/',
  'https://one.example.test:/',
  'https://one.example.test:99999/',
  'https://ONE.example.test:8443/',
  'https://one.example.test.:8443/',
  'https://one.example.test%2eevil.org:8443/',
  'https://one%00.example.test:8443/',
  'https://öne.example.test:8443/',
  'https://one．example.test:8443/',
  'https://one。example.test:8443/',
  'https://[::1]:8443/',
  'https://127.0.0.1:8443/',
  `https://one.example.test:8443/${'a'.repeat(5000)}`,
]

t.test('safe', async t => {
  for (const url of SAFE) t.equal(safeTarget(cookies, url)?.href, url, url)
  t.equal(safeTarget(local, 'https://one.example.test/x')?.href, 'https://one.example.test/x')
  t.equal(safeTarget(local, 'https://one.example.test:443/x')?.href, 'https://one.example.test/x')
})

t.test('unsafe', async t => {
  for (const url of UNSAFE) t.equal(safeTarget(cookies, url), undefined, JSON.stringify(url).slice(0, 80))
  t.equal(safeTarget(cookies, undefined), undefined)
  t.equal(safeTarget(local, 'https://one.example.test:8443/'), undefined, 'another port')
})

t.test('a host belongs to the domain that it is in, exactly', async t => {
  for (const host of ['example.test', 'one.example.test', 'a.b.example.test'])
    t.equal(domainOf(cookies, host)?.domain, 'example.test', host)
  for (const host of ['evilexample.test', 'example.test.', 'Example.test', 'test', '', '.example.testx'])
    t.equal(domainOf(cookies, host), undefined, host)
})
