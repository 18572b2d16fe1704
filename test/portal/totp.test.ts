/** Devices on disk and codes that are good once (RFC 6238 section 5.2). */
import { randomBytes } from 'node:crypto'
import { readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { Secret, TOTP } from 'otpauth'
import t from 'tap'
import { deviceUri, newDevice, newSecret, openCodes } from '../../src/portal/totp-codes.ts'
import { openDevices } from '../../src/portal/totp-file.ts'
import { household } from './house.ts'

const { settings, remove } = household()
t.teardown(remove)
const SECRET = newSecret(randomBytes)
const device = newDevice(SECRET, settings.totp, 0)
const NOW = 1_800_000_000_000
const codeAt = (now: number) => new TOTP({ secret: Secret.fromBase32(SECRET) }).generate({ timestamp: now })

t.test('a code is good once, and no older one after it', async t => {
  const codes = openCodes(() => NOW)
  const code = codeAt(NOW)
  t.ok(codes.use('alice', device, code, 1))
  t.notOk(codes.use('alice', device, code, 1), 'replayed')
  t.notOk(codes.use('alice', device, codeAt(NOW - 30_000), 1), 'the one before')
  t.ok(codes.use('alice', device, codeAt(NOW + 30_000), 1), 'the next')
  t.ok(codes.use('bob', device, code, 1), 'another user has their own')
  for (let i = 0; i < 1000; i++) codes.use('alice', device, codeAt(NOW), 1)
  t.equal(codes.size, 2, 'one number a user, however many codes')
})

t.test('wrong, late, early and odd', async t => {
  const codes = openCodes(() => NOW)
  const odd = ['', '12345', '1234567', 'abcdef', ' 12345', '１２３４５６', '-12345', '1e5000']
  for (const code of [...odd, codeAt(NOW - 90_000), codeAt(NOW + 90_000)])
    t.notOk(codes.use('alice', device, code, 1), JSON.stringify(code))
  t.notOk(codes.use('alice', device, codeAt(NOW - 30_000), 0), 'no skew')
  t.ok(codes.use('alice', device, codeAt(NOW - 30_000), 1))
})

t.test('a new secret is 32 random bytes, and its address names issuer and user', async t => {
  t.match(SECRET, /^[A-Z2-7]{52}$/)
  t.not(newSecret(randomBytes), SECRET)
  const uri = new URL(deviceUri('al/ice', device))
  t.equal(uri.protocol, 'otpauth:')
  t.equal(uri.pathname, '/example.test:al%2Fice')
  t.match(Object.fromEntries(uri.searchParams), {
    issuer: 'example.test',
    secret: SECRET,
    digits: '6',
    period: '30',
  })
})

t.test('the file: mode 0600, versioned, whole, and read again', async t => {
  const file = join(t.testdir(), 'deep', 'totp.json')
  const devices = await openDevices(file)
  t.equal(devices.find('alice'), undefined)
  await Promise.all([devices.set('alice', device), devices.set('bob', device), devices.add('carol', device)])
  t.equal(statSync(file).mode & 0o777, 0o600)
  t.match(JSON.parse(readFileSync(file, 'utf8')), {
    version: 1,
    devices: { alice: device, bob: device, carol: device },
  })
  const again = await openDevices(file)
  t.strictSame(again.find('alice'), device)
  t.equal(again.find('__proto__'), undefined)
  t.notOk(await again.add('alice', { ...device, issuer: 'evil' }), 'of two enrolments the first wins')
  t.equal(again.find('alice')?.issuer, 'example.test')
  t.ok(await again.remove('alice'))
  t.notOk(await again.remove('alice'))
  t.equal((await openDevices(file)).find('alice'), undefined)
})

t.test('a device that could not be written does not exist', async t => {
  const folder = t.testdir({ file: 'not a folder' })
  const good = await openDevices(join(folder, 'totp.json'))
  await good.set('alice', device)
  const bad = await openDevices(join(folder, 'file2', 'totp.json'))
  writeFileSync(join(folder, 'file2'), 'in the way')
  await t.rejects(bad.set('alice', device))
  t.equal(bad.find('alice'), undefined)
})

for (const [what, text] of Object.entries({
  empty: '',
  'not JSON': '{',
  'another version': '{"version":2,"devices":{}}',
  'no devices': '{"version":1}',
  'a damaged device': '{"version":1,"devices":{"alice":{"secret":"x"}}}',
}))
  t.test(`refused, never started afresh: ${what}`, async t => {
    const file = join(t.testdir({ 'totp.json': text }), 'totp.json')
    await t.rejects(openDevices(file), { name: 'TotpFileError' })
    t.equal(readFileSync(file, 'utf8'), text, 'and left alone')
  })
