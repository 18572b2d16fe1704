/** What names tell and cost at the portal's login: who exists (tinyauth CVE-2026-77582), and memory. */
import t from 'tap'
import { isOfNobody, openAuthenticator } from '../../src/portal/authenticate.ts'
import { openQueue } from '../../src/portal/digest/queue.ts'
import { openRegulator } from '../../src/portal/regulation.ts'
import { openCodes } from '../../src/portal/totp-codes.ts'
import { openUsers } from '../../src/portal/users.ts'
import { household, keptLog } from '../portal/house.ts'

t.test('a ban does not tell whose an email address is, where nobody signs in with one', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const log = keptLog()
  const users = await openUsers({ ...settings.users, byEmail: false }, log)
  const clock = () => 0
  const queue = openQueue(2, 100, 100)
  let digests = 0
  const { password } = openAuthenticator({
    users: () => users,
    regulator: openRegulator(clock, () => settings.regulation),
    everywhere: openRegulator(clock, () => settings.regulation),
    queue: {
      run(work, from) {
        digests++
        return queue.run(work, from)
      },
    },
    codes: openCodes(clock),
    totp: () => settings.totp,
    log,
  })
  const guess = (name: string) => password(name, 'wrong', '192.0.2.1', 'login')
  for (let i = 0; i < 4; i++) await guess('alice')
  t.equal(digests, 3, 'alice is banned here')
  // A digest takes a second on a small machine, and a refusal without one far less.
  for (const name of ['alice@example.test', 'nobody@example.test']) {
    const before = digests
    await guess(name)
    t.equal(digests - before, 1, name)
  }
})

t.test('a name that is nobody’s costs the same few bytes whatever it is', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const users = await openUsers(settings.users, keptLog())
  const longest = users.accountKey('\ufdfa'.repeat(256))
  t.equal(longest.length, users.accountKey('x').length)
  t.not(longest, users.accountKey('\ufdfa'.repeat(255)), 'and is still another name')
})

t.test('bans of names that nobody has keep nobody out, however many they are', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const users = await openUsers(settings.users, keptLog())
  const regulator = openRegulator(
    () => 0,
    () => settings.regulation,
    100,
    isOfNobody,
  )
  const keyOf = (name: string) => `password ${users.accountKey(name)} 203.0.113.66`
  const ban = async (name: string) => {
    for (let i = 0; i < settings.regulation.max_retries; i++) (await regulator.enter(keyOf(name)))?.failed()
  }
  await ban('alice')
  for (let i = 0; i < 300; i++) await ban(`nobody${i}`)
  t.ok(regulator.size <= 100)
  t.ok(await regulator.enter(keyOf('bob')), 'bob may try')
  t.equal(await regulator.enter(keyOf('alice')), undefined, 'and a ban of somebody stays')
})
