import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { readUsersFile } from '../../src/portal/users-file.ts'
import { find } from '../support/programs.ts'
import { PROGRAM } from './gatehouse.ts'
import { typed } from './typed.ts'

const YML = `domain: example.com
portal: { host: auth.example.com, users: users.yml }
apps: { cams: { upstream: http://127.0.0.1:8080 } }
deploy: { password_policy: { min_length: 10 } }
`
const user = (cwd: string, line: string, stdin?: string) =>
  typed(['user', ...line.split(' ').filter(Boolean)], cwd, stdin === undefined ? {} : { stdin })
const users = (cwd: string) => {
  const file = join(cwd, 'users.yml')
  return existsSync(file) ? readUsersFile(file, readFileSync(file, 'utf8')).users : []
}

t.test('a life in the users file', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  t.match(await user(cwd, 'list'), {
    code: 0,
    stdout: '',
    stderr: /users\.yml does not exist yet: gatehouse user add/,
  })
  t.match(
    await user(
      cwd,
      'add ann --password-stdin --email ann@example.com --groups family,cams',
      'correct horse\n',
    ),
    {
      code: 0,
      stdout: '',
      stderr: /^Added ann to \S+users\.yml, in family, cams\.\n$/,
    },
  )
  t.equal(await users(cwd)[0]?.digest.verify('correct horse'), true)
  const made = await user(cwd, 'add bob --generate')
  t.match(made, { code: 0, stdout: /^[A-Za-z0-9]{20}\n$/, stderr: /Added bob/ })
  t.equal(await users(cwd)[1]?.digest.verify(made.stdout.trim()), true)

  t.match(await user(cwd, 'groups bob --add admins,family'), {
    code: 0,
    stderr: 'bob is in admins, family.\n',
  })
  t.match(await user(cwd, 'groups bob --remove admins'), { code: 0, stderr: 'bob is in family.\n' })
  t.match(await user(cwd, 'groups bob'), { code: 0, stdout: 'family\n', stderr: '' })
  t.match(await user(cwd, 'groups ann --groups family'), { code: 0, stderr: 'ann is in family.\n' })
  t.match(await user(cwd, 'disable bob'), { code: 0, stderr: /bob is disabled/ })
  const list = await user(cwd, 'list')
  t.match(
    list.stdout,
    /NAME +STATE.*\nann +enabled +ann +ann@example\.com +family\nbob +disabled +bob +- +family\n$/,
  )
  const json = JSON.parse((await user(cwd, 'list --json')).stdout)
  t.strictSame(json[1], { name: 'bob', displayName: 'bob', email: '', groups: ['family'], disabled: true })
  t.match(await user(cwd, 'enable bob'), { code: 0, stderr: /bob may log in again/ })
  t.match(await user(cwd, 'passwd bob --password-stdin', 'battery staple'), {
    code: 0,
    stderr: /bob has a new password/,
  })
  t.equal(await users(cwd)[1]?.digest.verify('battery staple'), true)
  t.match(await user(cwd, 'remove bob --yes'), {
    code: 0,
    stderr: /bob is gone.*second factor stays in .*totp\.json/,
  })
  t.match(await user(cwd, 'remove ann --yes'), { code: 1, stderr: /ann is the last user/ })
})

t.test('what is refused, in words', async t => {
  const cwd = t.testdir({
    'gatehouse.yml': YML,
    'broken.yml': YML.replace('users.yml', 'broken-users.yml'),
    'broken-users.yml': 'users:\n  ann: 1\n',
    'ldap.yml': `domain: example.com
authelia: { url: http://127.0.0.1:9091 }
apps: { cams: { upstream: http://127.0.0.1:8080 } }
deploy:
  users:
    ldap: { address: "ldaps://ldap.example.com", base_dn: "dc=example,dc=com", user: "cn=a", password: { file: ldap } }
`,
  })
  await user(cwd, 'add ann --password-stdin', 'correct horse')
  const usage = { code: 2, stdout: '' }
  const cases: [string, { code: number; stderr: RegExp }, string?][] = [
    ['', { ...usage, stderr: /add\|passwd.* is missing/ }],
    ['ad', { ...usage, stderr: /has no "ad"\. Did you mean add\?/ }],
    ['add', { ...usage, stderr: /Who\? gatehouse user add NAME/ }],
    ['list ann', { ...usage, stderr: /"ann" is one word too many/ }],
    ['add bob', { ...usage, stderr: /no terminal to ask for the password: --password-stdin or --generate/ }],
    ['add bob --generate --password-stdin', { ...usage, stderr: /not both/ }],
    ['add bob --password hunter2', { ...usage, stderr: /no option --password\./ }],
    ['passwd ann --email x', { ...usage, stderr: /--email does not belong to passwd/ }],
    ['add bob --generate --groups a,,b', { ...usage, stderr: /has an empty group/ }],
    ['groups ann --groups a --add b', { ...usage, stderr: /--groups says them all/ }],
    ['remove ann', { ...usage, stderr: /no terminal to ask.*--yes/ }],
    ['add Bob --generate', { code: 1, stderr: /has capitals.*write bob/ }],
    ['add ann --generate', { code: 1, stderr: /There is a user ann already/ }],
    ['add bob --generate --email bob', { code: 1, stderr: /is no address/ }],
    [
      'add bob --password-stdin',
      { code: 1, stderr: /has 9 characters, and deploy\.password_policy/ },
      '123456789\n',
    ],
    ['add bob --password-stdin', { code: 1, stderr: /more than one line/ }, 'correct horse\nbattery\n'],
    ['add bob --password-stdin', { code: 1, stderr: /is empty/ }, ''],
    ['groups ann --remove admins', { code: 1, stderr: /ann is not in admins, but in no group/ }],
    ['passwd eve --generate', { code: 1, stderr: /There is no user eve/ }],
    ['disable Ann', { code: 1, stderr: /did you mean ann\?/ }],
    ['list --config broken.yml', { code: 1, stderr: /broken-users\.yml:2:3: user ann: must be a map/ }],
    [
      'list --config ldap.yml',
      { code: 1, stderr: /are in the directory at ldaps:\/\/ldap\.example\.com:636/ },
    ],
  ]
  const before = readFileSync(join(cwd, 'users.yml'), 'utf8')
  for (const [line, result, stdin] of cases) {
    const said = await user(cwd, line, stdin)
    t.match(said, { stdout: '', ...result }, line)
    t.notMatch(said.stderr, /hunter2|123456789|correct/, 'no password is told')
  }
  t.equal(readFileSync(join(cwd, 'users.yml'), 'utf8'), before)
})

t.test('groups that Remote-Groups cannot carry are told', async t => {
  const digest = `$6$rounds=5000$saltsalt$${'a'.repeat(86)}`
  const cwd = t.testdir({
    'gatehouse.yml': YML,
    'users.yml': `users:\n  ann: { displayname: Ann, password: '${digest}', groups: ['sales, emea'] }\n`,
  })
  t.match(await user(cwd, 'list'), { code: 0, stderr: /^ann: The group "sales, emea" has a comma/ })
})

const skip = find('script') === undefined && 'no script (util-linux) on this machine'
t.test('on a terminal it asks twice, and shows nothing', { skip }, async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML })
  /** Types an answer whenever it is asked; resolves with all that the terminal showed. */
  const ask = async (command: string, answers: string[]) => {
    const line = `"${process.execPath}" "${PROGRAM}" user ${command}`
    const child = spawn('script', ['-qec', line, '/dev/null'], { cwd, env: { ...process.env, TERM: 'dumb' } })
    let shown = ''
    let asked = 0
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      shown += text
      const questions = shown.match(/(?:ann: |again: |\[y\/N\] )/g)?.length ?? 0
      for (; asked < questions; asked++) child.stdin.write(answers[asked] ?? '\u0003')
    })
    const [code] = await once(child, 'close')
    return { code, shown }
  }
  // A slip of the finger is taken back, a whole line too.
  const added = await ask('add ann', ['wrong\u0015correct horx\u007fse\r', 'correct horse\r'])
  t.match(added, { code: 0, shown: /New password for ann: \r?\nThe same again: \r?\nAdded ann/ })
  t.notMatch(added.shown, /correct|wrong|\*/)
  t.equal(await users(cwd)[0]?.digest.verify('correct horse'), true)
  t.match(await ask('passwd ann', ['battery staple\r', 'battery stable\r']), {
    code: 1,
    shown: /These two differ/,
  })
  t.match(await ask('passwd ann', ['batt\u0003']), { code: 1, shown: /Nothing was changed/ })
  t.match(await ask('remove ann', ['n\r']), { code: 1, shown: /Remove ann for good\?.*Nothing was changed/s })
  t.equal(await users(cwd)[0]?.digest.verify('correct horse'), true)
})
