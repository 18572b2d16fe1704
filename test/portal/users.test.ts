/** The users file: read, watched through every way of changing it, and kept when the new one is broken. */
import { mkdirSync, readFileSync, renameSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { openUsers } from '../../src/portal/users.ts'
import { readUsersFile } from '../../src/portal/users-file.ts'
import { household, keptLog, USERS } from './house.ts'

// The watch holds no process open; here there is nothing else that would.
const alive = setInterval(() => {}, 1000)
t.teardown(() => clearInterval(alive))

const READ = 'read the users file'
const BROKEN = 'the users file is broken'

t.test('faults, each at its line and column, and never with a digest', async t => {
  const text = `users:
  alice:
    displayname: 3
    password: hunter2
    colour: blue
  bob: 1
  carol:
    displayname: Carol
    password: '$y$j95$1hTk6HA7iSJh8hU6vQ0xM/$UKq'
    groups: family
`
  const { users, faults } = readUsersFile('users.yml', text)
  t.strictSame(users, [])
  t.strictSame(
    faults.map(({ line, column, message }) => `${line}:${column} ${message.split(',', 1)}`).sort(),
    [
      '10:13 user carol: "groups" must be a list',
      '3:18 user alice: "displayname" must be text',
      '4:15 user alice: a password must be a digest',
      '5:5 user alice: "colour" is not a key of a user',
      '6:3 user bob: must be a map',
      '9:15 user carol: yescrypt digests cannot be checked here; write a new one: authelia crypto hash generate argon2',
    ],
  )
  t.notMatch(JSON.stringify(faults), /hunter2|hTk6HA/)
})

for (const text of [
  '',
  'users:\n',
  'users: []\n',
  'users: {}\n',
  '- a\n',
  'users:\n  a: {\n',
  'users:\n\ta: 1\n',
])
  t.test(`not a users file: ${JSON.stringify(text)}`, async t => {
    t.ok(readUsersFile('users.yml', text).faults.length > 0)
  })

t.test('a user by the exact name alone, unless the settings say more', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const strict = await openUsers(settings.users, keptLog())
  t.equal(strict.find('alice')?.email, 'alice@example.test')
  for (const name of ['Alice', 'alice@example.test', 'disabled', 'nobody', '__proto__', ''])
    t.equal(strict.find(name), undefined, name)
  const byEmail = await openUsers({ ...settings.users, byEmail: true }, keptLog())
  t.equal(byEmail.find('Alice@example.test')?.name, 'alice')
  t.equal(byEmail.find('Alice'), undefined)
  const anyCase = await openUsers({ ...settings.users, anyCase: true }, keptLog())
  t.equal(anyCase.find('ALICE')?.name, 'alice')
  t.equal(anyCase.find('alice@example.test'), undefined)
})

t.test('the decoy is of the most usual kind', async t => {
  const { settings, remove } = household()
  t.teardown(remove)
  const odd = readFileSync(settings.users.file, 'utf8').replace('m=32,t=1', 'm=64,t=1')
  writeFileSync(settings.users.file, odd)
  t.equal((await openUsers(settings.users, keptLog())).decoy().kind, 'argon2id m=32 t=1 p=1 k=32')
})

t.test('without a file there is no start', async t => {
  const { settings, folder, remove } = household()
  t.teardown(remove)
  const absent = { ...settings.users, file: join(folder, 'absent.yml') }
  await t.rejects(openUsers(absent, keptLog()), { name: 'UsersFileError', message: /ENOENT/ })
})

t.test('watched: written, renamed over, broken, mended', async t => {
  const { settings, folder, remove } = household()
  const log = keptLog()
  const users = await openUsers({ ...settings.users, watch: true }, log)
  t.teardown(() => {
    users.close()
    remove()
  })
  const { file } = settings.users
  const change = async (text: string, message: string) => {
    const heard = log.heard(message)
    writeFileSync(join(folder, 'new'), text)
    renameSync(join(folder, 'new'), file)
    await heard
  }
  const written = log.heard(READ)
  writeFileSync(file, USERS.replace('  bob:', '  robert:'))
  await written
  t.equal(users.find('bob'), undefined)
  t.ok(users.find('robert'))
  await change(USERS, READ)
  t.ok(users.find('bob'), 'after the first rename')
  await change(USERS.replace('  bob:', '  ben:'), READ)
  t.ok(users.find('ben'), 'and after the second')
  await change('users: {\n', BROKEN)
  t.ok(users.find('ben'), 'a broken file changes nothing')
  await change(USERS, READ)
  t.ok(users.find('bob'))
})

t.test('watched: a symbolic link that is turned, as configuration managers do', async t => {
  const { settings, folder, remove } = household()
  const log = keptLog()
  for (const [name, text] of [
    ['one', USERS],
    ['two', USERS.replace('  bob:', '  ben:')],
  ] as const) {
    mkdirSync(join(folder, name))
    writeFileSync(join(folder, name, 'users.yml'), text)
  }
  symlinkSync('one', join(folder, 'now'))
  symlinkSync(join('now', 'users.yml'), join(folder, 'link.yml'))
  const users = await openUsers({ ...settings.users, file: join(folder, 'link.yml'), watch: true }, log)
  t.teardown(() => {
    users.close()
    remove()
  })
  t.ok(users.find('bob'))
  const heard = log.heard(READ)
  symlinkSync('two', join(folder, 'now.new'))
  renameSync(join(folder, 'now.new'), join(folder, 'now'))
  await heard
  t.ok(users.find('ben'))
})
