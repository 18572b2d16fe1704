import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { readUsersFile } from '../../src/portal/users-file.ts'
import { gatehouse, PROGRAM } from './gatehouse.ts'

t.setTimeout(180_000)

const HERE = ['init', '--yes', '--domain', 'example.com']
const CAMS = ['--app', 'cams=http://127.0.0.1:8080']
const CLOUD = ['--oidc-app', 'cloud=nextcloud,https://cloud.example.com']

t.test('a whole house by options', async t => {
  const cwd = t.testdir({ password: 'a-long-password\n', 'mail-password': 'mail-secret\n' })
  const made = gatehouse(
    [
      ...HERE,
      ...['--session', 'authelia', '--folder', 'house'],
      ...['--app', 'shinobi=http://127.0.0.1:8080', '--app', 'porch=shinobi,http://127.0.0.1:8081', ...CAMS],
      ...['--oidc-app', 'cloud=nextcloud,https://cloud.example.com,upstream=http://127.0.0.1:8082'],
      ...['--oidc-app', 'wiki=custom,https://wiki.example.com,redirect_uri=https://wiki.example.com/back'],
      ...['--mail', 'submission://smtp.example.com', '--mail-username', 'auth'],
      ...['--mail-password-file', 'mail-password', '--certificate', 'c.pem', '--key', 'c.key'],
      ...[
        '--user',
        'ann',
        '--display-name',
        "Ann O'Neil",
        '--groups',
        'admins, family',
        '--password-file',
        'password',
      ],
    ],
    { cwd },
  )
  t.equal(made.code, 0, made.stderr)
  t.notMatch(made.stdout + made.stderr, /a-long-password|mail-secret/)
  const lines = made.stderr
    .split('Next:\n')[1]
    ?.trim()
    .split('\n')
    .map(line => line.trim())
  t.strictSame(lines?.slice(0, 2), [
    'gatehouse check --config house/gatehouse.yml',
    'gatehouse render --diff --config house/gatehouse.yml',
  ])
  t.match(lines?.[2], /sudo cp -a house\/\. \/etc\/gatehouse\/ && sudo gatehouse apply/)
  t.strictSame(readdirSync(join(cwd, 'house')).sort(), ['gatehouse.yml', 'secrets', 'users_database.yml'])
  const yml = readFileSync(join(cwd, 'house/gatehouse.yml'), 'utf8')
  t.match(yml, /shinobi:\n {4}kind: shinobi\n/, 'an app by the name of a kind is of that kind')
  t.match(yml, /porch:\n {4}kind: shinobi\n/)
  t.match(yml, /cams:\n {4}upstream/)
  t.match(yml, /redirect_uris: \['https:\/\/wiki\.example\.com\/back'\]/)
  for (const file of ['users_database.yml', 'secrets/mail', 'secrets/clients/cloud', 'secrets/oidc/key.pem'])
    t.equal(statSync(join(cwd, 'house', file)).mode & 0o777, 0o600, file)
  const { users, faults } = readUsersFile('u', readFileSync(join(cwd, 'house/users_database.yml'), 'utf8'))
  t.strictSame(faults, [])
  t.match(users, [{ name: 'ann', displayName: "Ann O'Neil", groups: ['admins', 'family'] }])
})

t.test(
  'without a password one is made, in a file and nowhere else; it opens the built-in portal',
  async t => {
    const cwd = t.testdir()
    const made = gatehouse([...HERE, '--session', 'portal', ...CAMS, ...CLOUD, '--user', 'ann'], { cwd })
    t.equal(made.code, 0, made.stderr)
    const password = readFileSync(join(cwd, 'secrets/first-password'), 'utf8').trim()
    t.match(password, /^[A-Za-z0-9]{20}$/)
    t.notMatch(made.stdout + made.stderr, password)
    t.match(made.stderr, /secrets\/first-password: log in, change it/)
    t.equal(gatehouse(['check'], { cwd }).code, 0)
    t.equal(gatehouse(['check'], { cwd }).stdout, gatehouse(['check'], { cwd }).stdout)
  },
)

t.test('nothing is ever overwritten', async t => {
  const cwd = t.testdir({
    'users_database.yml': 'users:\n  old: {}\n',
    secrets: { 'first-password': 'keep' },
  })
  const first = gatehouse([...HERE, '--session', 'portal', ...CAMS, '--user', 'ann'], { cwd })
  t.equal(first.code, 1, 'a users file that check refuses')
  t.match(first.stderr, /users_database\.yml/)
  t.notOk(existsSync(join(cwd, 'gatehouse.yml')))
  const digest = '$plaintext$x'
  writeFileSync(
    join(cwd, 'users_database.yml'),
    `users:\n  old:\n    displayname: Old\n    email: old@example.com\n    password: '${digest}'\n`,
  )
  const second = gatehouse([...HERE, '--session', 'authelia', ...CAMS, '--user', 'ann'], { cwd })
  t.equal(second.code, 0, second.stderr)
  t.match(readFileSync(join(cwd, 'users_database.yml'), 'utf8'), 'old:')
  t.equal(readFileSync(join(cwd, 'secrets/first-password'), 'utf8'), 'keep')
  t.match(second.stderr, /ann was not added: the users file was there already/)
  t.match(second.stdout, /kept .*first-password, which was there already/)
  const before = readFileSync(join(cwd, 'gatehouse.yml'), 'utf8')
  const third = gatehouse(
    [...HERE, '--session', 'portal', '--app', 'x=http://127.0.0.1:1', '--user', 'ann'],
    { cwd },
  )
  t.equal(third.code, 1)
  t.match(third.stderr, /gatehouse\.yml is there already: nothing was changed/)
  t.equal(readFileSync(join(cwd, 'gatehouse.yml'), 'utf8'), before)
})

t.test('what cannot be guessed or will not do is named, and nothing is made', async t => {
  const portal = ['--domain', 'example.com', '--session', 'portal']
  const cases: readonly [args: readonly string[], code: number, said: RegExp][] = [
    [[], 2, /--domain is missing/],
    [['--domain', 'example.com'], 2, /--session is missing/],
    [['--domain', 'https://example.com/', '--session', 'portal'], 2, /--domain: .*Write: example\.com/],
    [['--session', 'auth'], 2, /--session is portal or authelia/],
    [portal, 2, /--app is missing/],
    [[...portal, ...CAMS], 2, /--user is missing/],
    [[...portal, '--app', 'cams=8080'], 2, /--app: .*no http/],
    [[...portal, '--app', 'Cams=http://127.0.0.1:1'], 2, /small letters/],
    [[...portal, '--app', 'cams=shinobbi,http://127.0.0.1:1'], 2, /no header app "shinobbi"/],
    [[...portal, '--oidc-app', 'x=nextcloud,http://x.example.com'], 2, /https/],
    [[...portal, ...CAMS, '--user', 'ann lee'], 2, /--user: .*without blanks/],
    [[...portal, ...CAMS, '--user', 'ann', '--password-file', 'none'], 2, /none does not exist/],
    [[...portal, ...CAMS, '--user', 'ann', '--groups', 'a, '], 2, /--groups/],
    [[...portal, ...CAMS, '--email', 'a@example.com'], 2, /--email belongs to --user/],
    [[...portal, '--authelia-url', 'http://127.0.0.1:1'], 2, /belongs to --session authelia/],
    [[...portal, ...CAMS, '--certificate', 'c.pem'], 2, /belong together/],
    [[...portal, '--oidc-app', 'x=nextclod,https://x.example.com', '--user', 'ann'], 1, /instead: nextcloud/],
    [[...portal, ...CAMS, ...CAMS.with(1, 'cams=http://127.0.0.1:2'), '--user', 'ann'], 1, /cams/],
  ]
  for (const [n, [args, code, said]] of cases.entries()) {
    const cwd = join(t.testdirName, String(n))
    mkdirSync(cwd, { recursive: true })
    const run = gatehouse(['init', '--yes', '--folder', 'house', ...args], { cwd })
    t.equal(run.code, code, `${args.join(' ')}: ${run.stderr}`)
    t.match(run.stderr, said)
    t.notOk(existsSync(join(cwd, 'house')), args.join(' '))
  }
})

t.test('a password comes by stdin too', async t => {
  const cwd = t.testdir()
  const args = [...HERE, '--session', 'portal', ...CAMS, '--user', 'ann', '--password-file', '-']
  const { status, stderr } = spawnSync(process.execPath, [PROGRAM, ...args], {
    cwd,
    input: 'short\n',
    encoding: 'utf8',
  })
  t.equal(status, 2)
  t.match(stderr, /8 characters or more/)
  t.notMatch(stderr, /short/)
  t.equal(spawnSync(process.execPath, [PROGRAM, ...args], { cwd, input: 'a-long-password\n' }).status, 0)
})
