import { X509Certificate } from 'node:crypto'
import t from 'tap'
import { authorityDomains, certificateNames, covers } from '../../../src/deploy/certificates/names.ts'
import { permittedDomains } from '../../../src/deploy/certificates/permitted.ts'
import { makeAuthority } from '../../../src/deploy/certificates/x509.ts'
import { configOf } from '../../support/config-of.ts'

const home = (domain: string, more = '') =>
  configOf(
    '/etc/gatehouse',
    `domain: ${domain}
portal: { host: auth.${domain}, users: users_database.yml }
apps: { cams: { upstream: http://127.0.0.1:8080 } }
${more}`,
  )

const app = (url: string, more = '') =>
  `oidc_apps: { x: { kind: custom, url: "${url}", client: { redirect_uris: "${url}/cb" }${more} } }`
const upstream = ', upstream: http://127.0.0.1:3000'

t.test('which names a certificate is for', async t => {
  const cases: [what: string, config: ReturnType<typeof home>, more: string[]][] = [
    ['apps below the domain are in its wildcard', home('example.com'), []],
    ['a deeper one is not', home('example.com', app('https://git.dev.example.com')), ['git.dev.example.com']],
    ['an app with a port of its own', home('example.com', app('https://pve.example.com:8006')), []],
    [
      'another domain that NGINX serves',
      home('example.com', app('https://cloud.other.org', upstream)),
      ['cloud.other.org'],
    ],
    [
      'another domain that it does not serve',
      home('example.com', app('https://team.cloudflareaccess.com')),
      [],
    ],
    ['an address', home('example.com', app('https://192.168.1.10:8006', upstream)), []],
    [
      'a public suffix, whose wildcard browsers refuse',
      home('home.arpa'),
      ['auth.home.arpa', 'cams.home.arpa'],
    ],
    ['a domain for this machine alone', home('house.localhost'), []],
  ]
  for (const [what, config, more] of cases)
    t.strictSame(certificateNames(config), [config.domain, `*.${config.domain}`, ...more], what)
})

t.test('which hosts a name covers', async t => {
  const cases: [string, string, boolean][] = [
    ['example.com', 'example.com', true],
    ['example.com', 'a.example.com', false],
    ['*.example.com', 'a.example.com', true],
    ['*.example.com', 'a.b.example.com', false],
    ['*.example.com', 'example.com', false],
    ['*.example.com', 'aexample.com', false],
  ]
  for (const [name, host, right] of cases) t.equal(covers(name, host), right, `${name} ${host}`)
})

t.test('what an authority may sign for is read back from it', async t => {
  const now = Date.UTC(2026, 10, 24)
  // Enough of them that lengths need two and three bytes.
  for (const count of [1, 2, 5, 20]) {
    const domains = Array.from({ length: count }, (_, n) => `house-number-${n}.example.com`)
    const { certificate } = await makeAuthority([{ CN: ['x'] }], domains, { now, days: 10 })
    t.strictSame(permittedDomains(new X509Certificate(certificate).raw), domains)
  }
  t.strictSame(authorityDomains(home('example.com')), ['example.com'])
  t.strictSame(authorityDomains(home('example.com', app('https://cloud.other.org', upstream))), [
    'example.com',
    'cloud.other.org',
  ])
  t.equal(permittedDomains(Buffer.from('nothing of that')), undefined)
})
