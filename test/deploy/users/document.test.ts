import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { UsersDocument } from '../../../src/deploy/users/document.ts'
import { readUsersFile } from '../../../src/portal/users-file.ts'
import { fitsSchema } from './schema.ts'

const at = (name: string) => new URL(`../../golden/users/${name}.yml`, import.meta.url)
const BEFORE = readFileSync(at('before'), 'utf8')
const DIGEST = `$argon2id$v=19$m=65536,t=3,p=4$${'a'.repeat(22)}$${'b'.repeat(43)}`
const open = () => UsersDocument.read('before.yml', BEFORE)

t.test('what is not changed stays as it was, character by character', async t => {
  t.equal(open().toString(), BEFORE)
})

t.test('every change, with comments and order kept', async t => {
  const document = open()
  document.setPassword('alice', DIGEST)
  document.setGroups('alice', ['admins', 'cams'])
  document.setGroups('bob', ['guests', 'family'])
  document.setDisabled('bob', true)
  document.add('yes', {
    displayName: "Yolanda 'Yes' O:Neill # 2",
    digest: DIGEST,
    email: 'yes@example.com',
    groups: ['family', 'no'],
  })
  document.add('007', { displayName: 'null', digest: DIGEST, groups: [] })
  const text = document.toString()
  if (process.env.UPDATE_GOLDEN === '1') writeFileSync(at('after'), text)
  t.equal(text, readFileSync(at('after'), 'utf8'))
  t.equal(fitsSchema(text), '')
  const { users, faults } = readUsersFile('after.yml', text)
  t.strictSame(faults, [])
  t.match(users, [
    { name: 'alice', groups: ['admins', 'cams'], disabled: false },
    { name: 'bob', groups: ['guests', 'family'], disabled: true },
    {
      name: 'yes',
      displayName: "Yolanda 'Yes' O:Neill # 2",
      email: 'yes@example.com',
      groups: ['family', 'no'],
    },
    { name: '007', displayName: 'null', email: '', groups: [] },
  ])
})

t.test('there and back again', async t => {
  const document = open()
  document.add('ann', { displayName: 'Ann', digest: DIGEST, groups: [] })
  document.remove('ann')
  document.setDisabled('alice', false)
  document.setDisabled('bob', true)
  document.setDisabled('bob', false)
  document.setGroups('bob', [])
  document.setGroups('bob', ['guests'])
  t.equal(document.toString(), BEFORE)
})

t.test('lists that are not indented stay so', async t => {
  const text = `users:\n  a:\n    displayname: A\n    password: '${DIGEST}'\n    groups:\n    - x\n`
  t.equal(UsersDocument.read('x.yml', text).toString(), text)
})

t.test('the first user of all', async t => {
  const document = UsersDocument.empty()
  document.add('ann', { displayName: 'Ann', digest: DIGEST, groups: ['family'] })
  const text = document.toString()
  t.match(
    text,
    /^# The users, .*\nusers:\n {2}ann:\n {4}displayname: 'Ann'\n {4}password: '\$argon2id.*'\n {4}groups:\n {6}- family\n$/s,
  )
  t.equal(fitsSchema(text), '')
})

t.test('a broken file is told with every place, and nobody who is not there is changed', async t => {
  const broken = BEFORE.replace('displayname: Bob', 'displayname: 3').replace('email:', 'e-mail:')
  t.throws(() => UsersDocument.read('u.yml', broken), {
    name: 'UserError',
    message: /^u\.yml:10:9: .*"e-mail".*\nu\.yml:16:25: .*\nNothing was changed\.$/s,
  })
  t.throws(() => open().setPassword('eve', DIGEST), { message: 'There is no user eve.' })
  t.throws(() => open().remove('eve'), { message: 'There is no user eve.' })
})
