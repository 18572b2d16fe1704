import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { loadCertificates } from '../../src/server/certificates.ts'
import { makeCertificate, place } from './certificate.ts'

t.test('which certificate a name gets', async t => {
  const folder = t.testdir()
  const wild = place(folder, 'wild', await makeCertificate(['example.com', '*.example.com']))
  const cams = place(folder, 'cams', await makeCertificate(['cams.example.com']))
  const certificates = await loadCertificates([wild, cams], Date.now)
  const [first, second] = [
    certificates.contextFor('example.com'),
    certificates.contextFor('cams.example.com'),
  ]
  t.not(first, second)
  const cases: [name: string, context: typeof first][] = [
    ['cams.example.com', second],
    ['CAMS.example.com', second],
    ['other.example.com', first],
    ['a.b.example.com', first],
    ['elsewhere.org', first],
    ['', first],
  ]
  for (const [name, context] of cases) t.equal(certificates.contextFor(name), context, name)
  t.strictSame(certificates.warnings, [])
})

t.test('what a browser would complain about', async t => {
  const folder = t.testdir()
  const old = place(folder, 'old', await makeCertificate(['a.example.com'], -3))
  const soon = place(folder, 'soon', await makeCertificate(['b.example.com'], 5))
  const { warnings } = await loadCertificates([old, soon], Date.now)
  t.match(warnings, [/old\.pem expired on \d{4}-/, /soon\.pem expires on \d{4}-/])
  t.equal(warnings.length, 2)
  const early = await loadCertificates([soon], () => Date.now() - 300 * 24 * 3_600_000)
  t.match(early.warnings, [/soon\.pem is not valid yet/])
})

t.test('files that cannot serve', async t => {
  const folder = t.testdir()
  const one = place(folder, 'one', await makeCertificate(['a.example.com']))
  const two = place(folder, 'two', await makeCertificate(['b.example.com']))
  const junk = join(folder, 'junk.pem')
  writeFileSync(junk, 'junk')
  const cases: [string, { certificate: string; key: string }, RegExp][] = [
    [
      'missing',
      { ...one, certificate: join(folder, 'none.pem') },
      /The certificate .*none\.pem cannot be read/,
    ],
    ['missing key', { ...one, key: join(folder, 'none.key') }, /The key .*none\.key cannot be read/],
    ['a folder', { ...one, certificate: folder }, /cannot be read/],
    ['junk', { ...one, certificate: junk }, /junk\.pem is not a certificate/],
    ['junk key', { ...one, key: junk }, /The key .*junk\.pem does not go with/],
    [
      "another's key",
      { ...one, key: two.key },
      /The key .*two\.key does not go with the certificate .*one\.pem/,
    ],
  ]
  for (const [name, pair, message] of cases) {
    await t.rejects(loadCertificates([pair], Date.now), { name: 'StartFault', message }, name)
  }
})
