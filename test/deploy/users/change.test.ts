import { randomBytes } from 'node:crypto'
import {
  chmodSync,
  lstatSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { addUser, removeUser, setDisabled, setGroups, setPassword } from '../../../src/deploy/users/change.ts'
import { changeUsers, readUsers } from '../../../src/deploy/users/store.ts'
import { openCore } from '../../../src/portal/core.ts'
import { household, keptLog, USERS } from '../../portal/house.ts'
import { fitsSchema } from './schema.ts'

const ANN = { name: 'ann', password: 'correct horse', groups: ['family'] }
const names = async (file: string) => (await readUsers(file))?.map(({ name }) => name)

t.test('whoever is added can log in to the built-in portal, until they are disabled', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const { file } = settings.users
  await addUser(file, { ...ANN, displayName: 'Ann Smith', email: 'ann@example.com' }, 8)
  await setPassword(file, 'bob', 'battery staple', 8)
  t.equal(fitsSchema(readFileSync(file, 'utf8')), '')
  t.match(readFileSync(file, 'utf8'), /password: '\$argon2id\$v=19\$m=65536,t=3,p=4\$[\w+/]{22}\$[\w+/]{43}'/)
  const parts = { log: keptLog(), clock: Date.now, random: randomBytes, sleep: async () => {} }
  const core = await openCore(settings, parts)
  t.teardown(() => core.close())
  const login = async (name: string, password: string) =>
    (await core.authenticator.password(name, password, '192.0.2.1', 'login')).kind
  t.equal(await login('ann', 'correct horse'), 'ok')
  t.equal(await login('bob', 'battery staple'), 'ok')
  t.equal(await login('bob', 'bob-password'), 'failed')
  t.match(core.users().find('ann'), {
    displayName: 'Ann Smith',
    email: 'ann@example.com',
    groups: ['family'],
  })
  await setDisabled(file, 'ann', true)
  await core.users().reload()
  t.equal(await login('ann', 'correct horse'), 'failed')
  await setDisabled(file, 'ann', false)
  await core.users().reload()
  t.equal(await login('ann', 'correct horse'), 'ok')
})

t.test('who cannot be added', async t => {
  const file = join(t.testdir({ users: USERS }), 'users')
  const cases: [Partial<typeof ANN & { email: string }>, RegExp][] = [
    [{ name: 'alice' }, /There is a user alice already: gatehouse user passwd alice/],
    [{ name: 'Alice' }, /has capitals/],
    [{ name: 'alice@example.test' }, /is the address of alice/],
    [
      { email: 'ALICE@example.test' },
      /is the address of alice already: a password reset must reach one person/,
    ],
    [{ email: 'ann' }, /is no address/],
    [{ groups: ['a,b'] }, /has a comma/],
    [{ password: 'short' }, /has 5 characters/],
    [{ password: 'family', groups: ['family'] }, /own name, address or group|has 6/],
  ]
  for (const [change, message] of cases)
    await t.rejects(addUser(file, { ...ANN, ...change }, 8), { name: 'UserError', message })
  t.equal(readFileSync(file, 'utf8'), USERS, 'nothing has changed')
})

t.test('groups, and who leaves', async t => {
  const file = join(t.testdir({ users: USERS }), 'users')
  t.strictSame(await setGroups(file, 'alice', groups => [...groups, 'cams', 'cams']), ['admins', 'cams'])
  t.strictSame(await setGroups(file, 'bob', () => []), [])
  await t.rejects(
    setGroups(file, 'bob', () => ['a,b']),
    { message: /has a comma/ },
  )
  await t.rejects(
    setGroups(file, 'Bob', () => []),
    { message: /no user Bob: did you mean bob\?/ },
  )
  await removeUser(file, 'bob')
  await removeUser(file, 'disabled')
  t.strictSame(await names(file), ['alice'])
  await t.rejects(removeUser(file, 'alice'), { message: /the last user/ })
})

t.test('the file keeps its mode, its link and its neighbours', async t => {
  const folder = t.testdir({ real: { users: USERS } })
  const file = join(folder, 'users')
  symlinkSync('real/users', file)
  chmodSync(join(folder, 'real/users'), 0o640)
  const { ino } = statSync(file)
  await setDisabled(file, 'bob', true)
  t.equal(statSync(file).mode & 0o777, 0o640)
  t.not(statSync(file).ino, ino, 'another file, put in its place')
  t.ok(lstatSync(file).isSymbolicLink())
  t.strictSame([readdirSync(folder), readdirSync(join(folder, 'real'))], [['real', 'users'], ['users']])
})

t.test('the owner is kept', { skip: process.getuid?.() !== 0 && 'only root gives files away' }, async t => {
  const folder = t.testdir({ users: USERS })
  const file = join(folder, 'users')
  const { chownSync } = await import('node:fs')
  chownSync(file, 1234, 2345)
  await setDisabled(file, 'bob', true)
  t.match(statSync(file), { uid: 1234, gid: 2345 })
  chownSync(folder, 3456, 3456)
  await addUser(join(folder, 'fresh'), ANN, 8)
  t.match(
    statSync(join(folder, 'fresh')),
    { uid: 3456, gid: 3456, mode: 0o100600 },
    'a new one is of whom its folder is',
  )
})

t.test('several at once lose nothing', async t => {
  const file = join(t.testdir({ users: USERS }), 'users')
  await Promise.all(
    ['a', 'b', 'c', 'd', 'e'].map(group => setGroups(file, 'alice', groups => [...groups, group])),
  )
  t.strictSame((await readUsers(file))?.[0]?.groups.toSorted(), ['a', 'admins', 'b', 'c', 'd', 'e'])
})

t.test('what Authelia writes meanwhile is not lost', async t => {
  const file = join(t.testdir({ users: USERS }), 'users')
  let times = 0
  await changeUsers(file, document => {
    if (times++ === 0) writeFileSync(file, USERS.replace('Bob Builder', 'Bob Changed'))
    document.setDisabled('alice', true)
  })
  t.equal(times, 2)
  t.match(await readUsers(file), [{ name: 'alice', disabled: true }, { displayName: 'Bob Changed' }, {}])
  const always = changeUsers(file, document => {
    writeFileSync(file, USERS.replace('Bob Builder', `Bob ${times++}`))
    document.setDisabled('bob', true)
  })
  await t.rejects(always, { message: /is being written by something else all the time/ })
})

t.test('nothing to change replaces nothing', async t => {
  const file = join(t.testdir({ users: USERS }), 'users')
  const { ino } = statSync(file)
  await setDisabled(file, 'alice', false)
  t.equal(statSync(file).ino, ino)
})
