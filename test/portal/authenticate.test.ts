/** Throttled by alias, anyone locked out, timing that tells who exists: Authelia CVE-2025-24806, CVE-2026-47203; tinyauth CVE-2026-77561. */
import t from 'tap'
import { type Authenticator, openAuthenticator } from '../../src/portal/authenticate.ts'
import { BusyError, openQueue, type Queue } from '../../src/portal/digest/queue.ts'
import { openRegulator } from '../../src/portal/regulation.ts'
import { openCodes } from '../../src/portal/totp-codes.ts'
import { openUsers } from '../../src/portal/users.ts'
import { household, keptLog } from './house.ts'

const HOME = '192.0.2.1'

async function open(t: { teardown(end: () => void): void }, queue?: Queue) {
  const { settings, remove } = household()
  t.teardown(remove)
  const log = keptLog()
  const users = await openUsers({ ...settings.users, byEmail: true, anyCase: true }, log)
  const clock = () => 0
  let digests = 0
  const real = openQueue(2, 100, 100)
  const counted: Queue = {
    run(work, from) {
      digests++
      return (queue ?? real).run(work, from)
    },
  }
  const authenticator = openAuthenticator({
    users: () => users,
    regulator: openRegulator(clock, () => settings.regulation),
    everywhere: openRegulator(clock, () => settings.regulation),
    queue: counted,
    codes: openCodes(clock),
    totp: () => settings.totp,
    log,
  })
  return { authenticator, log, digests: () => digests }
}

const failing = async (authenticator: Authenticator, name: string, address: string) =>
  (await authenticator.password(name, 'wrong', address, 'login')).kind

t.test('one digest is computed whoever is asked for', async t => {
  const { authenticator, digests } = await open(t)
  const names = ['alice', 'nobody', 'disabled', 'bob', '__proto__', 'constructor', '\u0000']
  for (const [index, name] of names.entries()) {
    t.equal(await failing(authenticator, name, HOME), 'failed', name)
    t.equal(digests(), index + 1, name)
  }
})

t.test('right, and everything but', async t => {
  const { authenticator, digests } = await open(t)
  const kind = async (name: string, password: string) =>
    (await authenticator.password(name, password, HOME, 'login')).kind
  t.equal(await kind('alice', 'alice-password'), 'ok')
  t.equal(await kind('ALICE', 'alice-password'), 'ok', 'any case, where the settings say so')
  t.equal(await kind('alice@example.test', 'alice-password'), 'ok')
  t.equal(await kind('disabled', 'disabled-password'), 'failed')
  const before = digests()
  for (const [name, password] of [
    ['', ''],
    ['alice', ''],
    ['', 'alice-password'],
    ['alice', 'x'.repeat(1025)],
    ['x'.repeat(257), 'alice-password'],
  ] as const)
    t.equal(await kind(name, password), 'failed')
  t.equal(digests(), before, 'nothing is computed for what cannot be right')
})

t.test('an account has one count however it is spelled', async t => {
  const { authenticator, digests } = await open(t)
  for (const name of [
    'alice',
    'Alice',
    'alice@example.test',
    'ａｌｉｃｅ',
    ' ALICE ',
    'Alice@Example.Test',
  ]) {
    await failing(authenticator, name, HOME)
  }
  t.equal(digests(), 3, 'the fourth spelling was refused as banned')
  const right = await authenticator.password('alice', 'alice-password', HOME, 'login')
  t.equal(right.kind, 'failed', 'the right password too')
})

t.test('nobody locks anybody else out, and a /64 is one address', async t => {
  const { authenticator } = await open(t)
  const kind = async (address: string) =>
    (await authenticator.password('alice', 'alice-password', address, 'login')).kind
  for (let i = 0; i < 5; i++) await failing(authenticator, 'alice', `2001:db8::${i}`)
  t.equal(await kind('2001:db8::ffff'), 'failed')
  t.equal(await kind('2001:db8:0:1::1'), 'ok')
  t.equal(await kind(HOME), 'ok')
  for (let i = 0; i < 5; i++) await failing(authenticator, 'alice', `::ffff:198.51.100.${i}`)
  t.equal(await kind('198.51.100.9'), 'ok', 'mapped addresses are IPv4, each its own')
})

t.test('too much at once is busy and not counted; an error is never a user', async t => {
  const full = await open(t, { run: () => Promise.reject(new BusyError()) })
  for (let i = 0; i < 5; i++)
    t.equal((await full.authenticator.password('alice', 'alice-password', HOME, 'login')).kind, 'busy')
  const broken = await open(t, { run: () => Promise.reject(new Error('out of memory')) })
  t.equal((await broken.authenticator.password('alice', 'alice-password', HOME, 'login')).kind, 'failed')
  t.match(broken.log.lines[0], { level: 'error' })
})

t.test('the audit lines name the account, and never what was typed', async t => {
  const { authenticator, log } = await open(t)
  await authenticator.password('alice', 'alice-password', HOME, 'login')
  for (let i = 0; i < 4; i++) await failing(authenticator, 'bob', HOME)
  await failing(authenticator, 'my-secret-password', HOME)
  t.strictSame(
    log.lines.map(({ fields }) => `${fields.audit} ${fields.user} ${fields.address}`),
    [
      `login alice ${HOME}`,
      `login-failed bob ${HOME}`,
      `login-failed bob ${HOME}`,
      `login-failed bob ${HOME}`,
      `login-banned bob ${HOME}`,
      `login-failed (unknown) ${HOME}`,
    ],
  )
  t.notMatch(JSON.stringify(log.lines), /secret|alice-password|wrong/)
})
