import { X509Certificate } from 'node:crypto'
import { chmodSync, existsSync, readFileSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { isPair } from '../../../src/deploy/certificates/look.ts'
import { certificateFaults, ensureCertificates } from '../../../src/deploy/certificates/own.ts'
import { configOf } from '../../support/config-of.ts'

const DAY = 86_400_000
const now = Date.UTC(2026, 10, 24, 12)
const HOME = `domain: example.com
portal: { users: users_database.yml }
apps: { cams: { upstream: http://127.0.0.1:8080 } }
`
const more = (url: string): string =>
  `${HOME}oidc_apps: { x: { kind: custom, url: "${url}", upstream: "http://127.0.0.1:1", client: { redirect_uris: "${url}" } } }\n`

const [root, rootKey, site, siteKey] = ['authority.pem', 'authority.key', 'site.pem', 'site.key'].map(
  name => `certificates/${name}`,
) as [string, string, string, string]

function open(folder: string, text = HOME) {
  const config = configOf(folder, text)
  const path = (name: string) => join(config.secrets, name)
  return {
    path,
    read: (name: string) => readFileSync(path(name), 'utf8'),
    ensure: (at = now) => ensureCertificates(config, at),
    faults: (at = now) => [root, siteKey, site].flatMap(name => certificateFaults(config, name, at)),
  }
}

t.test('made once, for their owner alone', async t => {
  const home = open(t.testdir())
  t.strictSame(await home.ensure(), {
    made: [root, rootKey, site, siteKey],
    kept: [],
    faults: [],
    because: 'there was none',
  })
  for (const name of [root, rootKey, site, siteKey])
    t.equal(statSync(home.path(name)).mode & 0o777, 0o600, name)
  t.equal(statSync(home.path('certificates')).mode & 0o777, 0o700)
  const [authority, leaf] = [new X509Certificate(home.read(root)), new X509Certificate(home.read(site))]
  t.match(authority.subject, /CN=example\.com authority of 2026-11-24/)
  const years = (authority.validToDate.getTime() - authority.validFromDate.getTime()) / DAY / 365
  t.ok(years > 9.9 && years < 10.1)
  const days = (leaf.validToDate.getTime() - leaf.validFromDate.getTime()) / DAY
  t.ok(days > 396 && days < 397, `${days} days`)
  t.equal(leaf.subjectAltName, 'DNS:example.com, DNS:*.example.com')
  t.equal(home.read(site).split('BEGIN CERTIFICATE').length, 3, 'the authority follows the leaf')

  const before = [root, rootKey, site, siteKey].map(home.read)
  t.strictSame((await home.ensure(now + 365 * DAY - DAY)).made, [])
  t.strictSame([root, rootKey, site, siteKey].map(home.read), before)
  t.strictSame(home.faults(), [])
})

t.test('issued anew in time, with the same key, in one replacement', async t => {
  const home = open(t.testdir())
  await home.ensure()
  const [before, key] = [home.read(site), home.read(siteKey)]
  t.match(home.faults(now + 366 * DAY), [
    /site\.pem has to be issued anew \(it had 29 days left\): gatehouse secret make/,
  ])
  const { made, because } = await home.ensure(now + 366 * DAY)
  t.strictSame(made, [site])
  t.equal(because, 'it had 29 days left')
  t.not(home.read(site), before)
  t.equal(home.read(siteKey), key)
  t.match((await home.ensure(now + 900 * DAY)).because, /it ended on 2028-/)
})

t.test('issued anew for a host that it was not for', async t => {
  const folder = t.testdir()
  await open(folder).ensure()
  const home = open(folder, more('https://git.dev.example.com'))
  t.equal((await home.ensure()).because, 'it was not for git.dev.example.com')
  t.match(new X509Certificate(home.read(site)).subjectAltName, /DNS:git\.dev\.example\.com/)
  t.equal((await open(folder).ensure()).because, undefined, 'a name too many does no harm')
})

t.test("the authority's key is read to sign and at no other time", async t => {
  const home = open(t.testdir())
  await home.ensure()
  renameSync(home.path(rootKey), home.path('elsewhere'))
  t.strictSame((await home.ensure()).faults, [])
  t.match((await home.ensure(now + 366 * DAY)).faults, [
    { message: /authority's key is not at .*put it there for that/ },
  ])
  writeFileSync(home.path(rootKey), home.read(siteKey))
  t.match((await home.ensure(now + 366 * DAY)).faults, [
    { message: /is not the key of certificates\/authority\.pem/ },
  ])
  renameSync(home.path('elsewhere'), home.path(rootKey))
  t.strictSame((await home.ensure(now + 366 * DAY)).made, [site])
})

t.test('nothing of the owner is replaced', async t => {
  const mend = 'gatehouse secret rotate certificates/authority.pem'
  const folder = t.testdir({ home: {}, other: {} })
  const home = open(join(folder, 'home'))
  await home.ensure()
  const other = open(join(folder, 'other'))
  await other.ensure()
  const cases: [string, string | undefined, RegExp][] = [
    [root, 'not a certificate', /authority\.pem is no certificate in PEM/],
    [root, home.read(site), /authority\.pem is not the certificate of an authority/],
    [root, undefined, /authority\.key is there, but certificates\/authority\.pem is not/],
    [site, other.read(site), /site\.pem was not signed by certificates\/authority\.pem.*from: files/],
    [site, 'not a certificate', /site\.pem was not signed/],
    [siteKey, 'not a key', /site\.key is no key on the curve P-256: remove it/],
  ]
  for (const [name, text, message] of cases) {
    const before = home.read(name)
    if (text === undefined) rmSync(home.path(name))
    else writeFileSync(home.path(name), text)
    const { made, faults } = await home.ensure()
    t.strictSame(made, [])
    t.match(faults, [{ message }], message.source)
    t.equal(existsSync(home.path(name)) ? home.read(name) : undefined, text)
    writeFileSync(home.path(name), before)
  }
  t.match((await open(join(folder, 'home'), more('https://cloud.other.org')).ensure()).faults, [
    { message: new RegExp(`may sign for example\\.com alone, not for cloud\\.other\\.org: ${mend}`) },
  ])
  t.match((await home.ensure(now + 3600 * DAY)).faults, [
    { message: new RegExp(`ends on 2036-11-20: ${mend}`) },
  ])
})

t.test('what was lost is made again where nobody has to trust anew', async t => {
  const home = open(t.testdir())
  await home.ensure()
  rmSync(home.path(siteKey))
  t.match(await home.ensure(), { made: [site, siteKey], because: 'its key was gone' })
  rmSync(home.path(site))
  t.match(await home.ensure(), { made: [site], because: 'there was none' })
  t.ok(isPair(home.read(site), home.read(siteKey)))
})

t.test('two at once make one authority', async t => {
  const home = open(t.testdir())
  const both = await Promise.all([home.ensure(), home.ensure()])
  t.strictSame(both.map(({ made }) => made.length).sort(), [0, 4], 'one of them makes all, the other nothing')
  t.equal(existsSync(home.path('certificates/.lock')), false)
})

t.test('files from elsewhere are none of its business', async t => {
  const home = open(
    t.testdir(),
    `${HOME}deploy: { certificates: { from: files, certificate: /a.pem, key: /a.key } }\n`,
  )
  t.strictSame(await home.ensure(), { made: [], kept: [], faults: [] })
  t.equal(existsSync(home.path('certificates')), false)
})

t.test(
  'a folder that may not be written',
  { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async t => {
    const folder = t.testdir()
    chmodSync(folder, 0o500)
    await t.rejects(open(folder).ensure(), { message: /secrets\/certificates cannot be made: EACCES/ })
    chmodSync(folder, 0o700)
  },
)
