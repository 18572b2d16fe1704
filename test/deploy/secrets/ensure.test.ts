import { readFileSync, statSync, unlinkSync, writeFileSync } from 'node:fs'
import { chmod, mkdir, readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { Ajv2020 } from 'ajv/dist/2020.js'
import t from 'tap'
import { parse } from 'yaml'
import { ensureSecrets } from '../../../src/deploy/secrets/ensure.ts'
import { readSecret } from '../../../src/deploy/secrets/read.ts'
import { readDigest } from '../../../src/portal/digest/read.ts'
import { configOf } from '../../support/config-of.ts'
import { AUTHELIA, PLAIN } from './homes.ts'

const mode = (file: string) => statSync(file).mode & 0o777

t.test('made once, for their owner alone, and kept', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  const first = await ensureSecrets(config)
  t.equal(first.made.length, 12)
  t.strictSame([first.kept, first.faults], [[], []])
  const files = (await readdir(config.secrets, { recursive: true })).map(name => join(config.secrets, name))
  t.strictSame(
    files.filter(file => mode(file) !== (statSync(file).isDirectory() ? 0o700 : 0o600)),
    [],
    'folders 0700, files 0600',
  )
  t.equal(mode(config.secrets), 0o700)
  t.equal(files.length, 12 + 4, 'and nothing else is left there')
  const texts = files.filter(file => statSync(file).isFile()).map(file => readFileSync(file, 'utf8'))
  const again = await ensureSecrets(config)
  t.strictSame([again.made, again.kept, again.faults], [[], first.made, []])
  t.strictSame(
    files.filter(file => statSync(file).isFile()).map(file => readFileSync(file, 'utf8')),
    texts,
  )
})

t.test('what they are made of', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  await ensureSecrets(config)
  const secret = (name: string) => readSecret(config.secrets, name)
  const plain = [
    'authelia/session',
    'authelia/storage-encryption-key',
    'authelia/reset-password-jwt',
    'oidc/hmac',
  ]
  for (const name of [...plain, 'clients/cloud']) t.match(secret(name), /^[A-Za-z0-9._~-]{48,}$/, name)
  t.equal(new Set([...plain, 'clients/cloud'].map(secret)).size, 5, 'all different')

  const digest = secret('clients/cloud.digest')
  t.match(digest, /^\$pbkdf2-sha512\$310000\$[A-Za-z0-9/.]{22}\$[A-Za-z0-9/.]{86}$/)
  t.equal(await readDigest(digest).verify(secret('clients/cloud')), true)
  t.equal(await readDigest(digest).verify('another'), false)

  t.match(secret('oidc/key.pem'), /^-----BEGIN PRIVATE KEY-----\n[\s\S]*\n-----END PRIVATE KEY-----$/)
  const keys = parse(secret('authelia/keys.yml'))
  t.equal(keys.identity_providers.oidc.jwks[0].key.trimEnd(), secret('oidc/key.pem'))
})

t.test('its part of the configuration is one that Authelia takes', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  await ensureSecrets(config)
  const schema = JSON.parse(readFileSync(join(import.meta.dirname, 'jwk.schema.json'), 'utf8'))
  const [key] = parse(readSecret(config.secrets, 'authelia/keys.yml')).identity_providers.oidc.jwks
  const valid = new Ajv2020({ strict: false, allErrors: true }).compile(schema)
  t.equal(valid(key), true, JSON.stringify(valid.errors))
  t.match(key, { algorithm: 'RS256', use: 'sig', key_id: /^[a-z0-9-]{3,100}$/ })
})

t.test('what does not fit is told and left as it is', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  await ensureSecrets(config)
  const path = (name: string) => join(config.secrets, name)
  const broken: readonly [name: string, text: string | undefined, at: string, message: RegExp][] = [
    [
      'clients/cloud',
      'another-secret',
      'clients/cloud.digest',
      /is not the digest of clients\/cloud: logins of this app/,
    ],
    ['clients/cloud', undefined, 'clients/cloud.digest', /clients\/cloud, which it is made of, is not/],
    ['clients/cloud', '', 'clients/cloud', /is empty: remove the file and run: gatehouse secret make/],
    ['clients/cloud.digest', 'password', 'clients/cloud.digest', /is not the digest/],
    [
      'authelia/keys.yml',
      'identity_providers: {}',
      'authelia/keys.yml',
      /does not hold the key of oidc\/key\.pem/,
    ],
    ['oidc/key.pem', 'not a key', 'oidc/key.pem', /is no RSA key of 2048 bits or more/],
  ]
  for (const [name, text, at, message] of broken) {
    const before = readFileSync(path(name), 'utf8')
    if (text === undefined) unlinkSync(path(name))
    else writeFileSync(path(name), text)
    const { made, faults } = await ensureSecrets(config)
    t.strictSame(made, [], `${name}: nothing is made`)
    const fault = faults.find(one => one.name === at)
    t.match(fault?.message, message, `${name}: ${text}`)
    t.notMatch(JSON.stringify(faults), /another-secret|BEGIN/, 'and no secret is told')
    if (text !== undefined) t.equal(readFileSync(path(name), 'utf8'), text, 'left alone')
    writeFileSync(path(name), before)
  }
  t.strictSame((await ensureSecrets(config)).faults, [])
})

t.test('a digest that was lost is made again of the secret that the app knows', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  await ensureSecrets(config)
  const secret = readSecret(config.secrets, 'clients/cloud')
  unlinkSync(join(config.secrets, 'clients/cloud.digest'))
  t.strictSame((await ensureSecrets(config)).made, ['clients/cloud.digest'])
  t.equal(readSecret(config.secrets, 'clients/cloud'), secret)
})

t.test('two at once make one set that fits', async t => {
  const config = configOf(t.testdir(), AUTHELIA)
  const [one, other] = await Promise.all([ensureSecrets(config), ensureSecrets(config)])
  t.strictSame([one.faults, other.faults], [[], []])
  t.equal(one.made.length + other.made.length, 12)
  t.strictSame((await ensureSecrets(config)).faults, [])
})

t.test(
  'a folder that may not be written',
  { skip: process.getuid?.() === 0 && 'root may write anywhere' },
  async t => {
    const config = configOf(t.testdir(), PLAIN)
    await mkdir(config.secrets, { mode: 0o500 })
    await t.rejects(ensureSecrets(config), {
      name: 'SecretError',
      message: /cannot be written: this user may not/,
    })
    await chmod(config.secrets, 0o700)
  },
)

t.test('reading says what to do', async t => {
  const folder = t.testdir({ clients: { empty: '\n', folder: {}, good: 'abc\r\n' } })
  t.equal(readSecret(folder, 'clients/good'), 'abc')
  const cases: [string, RegExp][] = [
    ['clients/none', /The secret clients\/none is not in .* yet: run: gatehouse secret make$/],
    ['clients/empty', /is empty/],
    ['clients/folder', /is a folder/],
  ]
  for (const [name, message] of cases)
    t.throws(() => readSecret(folder, name), { name: 'SecretError', message }, name)
})
