import { existsSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { ensureSecrets } from '../../../src/deploy/secrets/ensure.ts'
import { wantedSecret } from '../../../src/deploy/secrets/find.ts'
import { readSecret } from '../../../src/deploy/secrets/read.ts'
import { forgetRotation, rotateSecret, undoRotation } from '../../../src/deploy/secrets/rotate.ts'
import { surveySecrets } from '../../../src/deploy/secrets/survey.ts'
import { configOf } from '../../support/config-of.ts'
import { AUTHELIA } from './homes.ts'

const home = configOf(t.testdir(), AUTHELIA)
const cloud = wantedSecret(home, 'cloud')
const secret = (name: string) => readSecret(home.secrets, name)
const faults = async () => (await surveySecrets(home, Date.now())).secrets.flatMap(one => one.faults)

t.before(() => ensureSecrets(home))

t.test('a new secret, its digest with it, the old ones aside; and back', async t => {
  const before = [secret('clients/cloud'), secret('clients/cloud.digest')]
  const todo = await rotateSecret(home, cloud)
  t.match(todo, [
    /Write it into the app: .*gatehouse apps show cloud/,
    /gatehouse apply/,
    /Nobody can log in/,
  ])
  t.not(secret('clients/cloud'), before[0])
  t.strictSame(await faults(), [], 'the digest fits the new one')
  t.strictSame([secret('clients/cloud.old'), secret('clients/cloud.digest.old')], before)
  t.equal(statSync(join(home.secrets, 'clients/cloud')).mode & 0o777, 0o600)

  await t.rejects(rotateSecret(home, cloud), { message: /still stands aside in .*--forget.*--undo/ })
  await undoRotation(home, cloud)
  t.strictSame([secret('clients/cloud'), secret('clients/cloud.digest')], before)
  await t.rejects(undoRotation(home, cloud), { message: 'No old clients/cloud stands aside.' })
})

t.test('the old one goes when it is told to', async t => {
  await rotateSecret(home, cloud)
  const fresh = secret('clients/cloud')
  const { secrets } = await surveySecrets(home, Date.now())
  t.strictSame(
    secrets.filter(({ aside }) => aside).map(({ name }) => name),
    ['clients/cloud', 'clients/cloud.digest'],
  )
  await forgetRotation(home, cloud)
  t.equal(existsSync(join(home.secrets, 'clients/cloud.old')), false)
  t.equal(existsSync(join(home.secrets, 'clients/cloud.digest.old')), false)
  t.equal(secret('clients/cloud'), fresh)
  await t.rejects(forgetRotation(home, cloud), { message: /No old clients\/cloud/ })
})

t.test('the signing key takes its part of the configuration along', async t => {
  const before = secret('authelia/keys.yml')
  await rotateSecret(home, wantedSecret(home, 'oidc/key.pem'))
  t.not(secret('authelia/keys.yml'), before)
  t.strictSame(await faults(), [])
})

t.test('what was interrupted half-way is said, and --undo mends it', async t => {
  const file = join(home.secrets, 'clients/cloud')
  const before = readFileSync(file, 'utf8')
  await rotateSecret(home, cloud)
  writeFileSync(`${file}.digest`, readFileSync(`${file}.digest.old`))
  t.match(await faults(), [/is not the digest of clients\/cloud/])
  await undoRotation(home, cloud)
  t.equal(readFileSync(file, 'utf8'), before)
  t.strictSame(await faults(), [])
})

t.test('what cannot be replaced so, and what is no secret', async t => {
  const refused = (name: string) => rotateSecret(home, wantedSecret(home, name))
  await t.rejects(refused('authelia/storage-encryption-key'), { message: /storage encryption change-key/ })
  await t.rejects(refused('clients/cloud.digest'), {
    message: /goes with clients\/cloud: gatehouse secret rotate/,
  })
  t.throws(() => wantedSecret(home, 'clouds'), { message: /did you mean cloud\?/ })
  t.throws(() => wantedSecret(home, 'xyzzy'), { message: /gatehouse secret list names them/ })
  t.throws(() => wantedSecret(home, 'desk'), { message: /public client/ })
  await t.rejects(
    rotateSecret(configOf(t.testdir(), AUTHELIA), cloud),
    { message: /run: gatehouse secret make/ },
    'what was never made',
  )
})

t.test('certificates: the site alone with a new key, or the authority and all that it signed', async t => {
  const names = ['authority.pem', 'authority.key', 'site.pem', 'site.key'].map(name => `certificates/${name}`)
  const texts = () => names.map(secret)
  const changed = (before: string[]) => texts().map((text, index) => text !== before[index])
  const before = texts()
  await rotateSecret(home, wantedSecret(home, 'certificates/site.pem'))
  t.strictSame(changed(before), [false, false, true, true])
  t.strictSame(await faults(), [])
  await undoRotation(home, wantedSecret(home, 'certificates/site.pem'))
  t.strictSame(texts(), before)

  const todo = await rotateSecret(home, wantedSecret(home, 'certificates/authority.pem'))
  t.match(todo, [/Have every device and every app trust the new authority/, /systemctl reload nginx/])
  t.strictSame(changed(before), [true, true, true, true])
  t.strictSame(await faults(), [])
})
