import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t, { type Test } from 'tap'
import { debianScript } from '../../../src/deploy/host/scripts.ts'
import { houseOf } from '../houses.ts'
import { type Machine, machineOf } from './machine.ts'

const AUTHELIA =
  'domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\napps: { cam: { upstream: "http://127.0.0.1:1" } }\n'
const KEY = '192085915BD608A458AC58DCE461FA1531286EEA'

/** Debian, as far as the script asks it. */
const DEBIAN: Readonly<Record<string, string>> = {
  id: 'echo 0',
  'dpkg-query': 'for last; do :; done; [ -e "$STATE/has-$last" ] && echo installed',
  dpkg: 'echo amd64',
  'apt-get': '[ "$1" != install ] || for each; do touch "$STATE/has-$each"; done',
  curl: 'for last; do :; done; echo key >"$last"',
  gpg: `echo "fpr:::::::::$(cat "$STATE/key" 2>/dev/null || echo ${KEY}):"`,
  getent: '[ -e "$STATE/user-$2" ]',
  useradd: 'for last; do :; done; touch "$STATE/user-$last"',
  npm: 'mkdir -p node_modules',
  chown: '',
  'update-ca-certificates': '',
}

/** A clone of Gatehouse whose program only notes how it is called, and makes the authority that it would make. */
function source(machine: Machine): string {
  const folder = join(machine.folder, 'clone')
  mkdirSync(join(folder, 'bin'), { recursive: true })
  writeFileSync(join(folder, 'package-lock.json'), '{}')
  const program = `#!/bin/sh
echo "gatehouse $*" >>'${machine.folder}/state/calls'
[ "$1" != secret ] || stat -c 'folder %a' '${machine.root}/etc/gatehouse' >>'${machine.folder}/state/calls'
if [ "$1" = secret ]; then mkdir -p '${machine.root}/etc/gatehouse/secrets/certificates'; echo authority >'${machine.root}/etc/gatehouse/secrets/certificates/authority.pem'; fi
`
  writeFileSync(join(folder, 'bin', 'gatehouse'), program, { mode: 0o755 })
  return folder
}

function prepare(
  test: Test,
  yml = AUTHELIA,
): { machine: Machine; script: string; house: string; from: string } {
  const text = debianScript(houseOf(test, yml, { 'users.yml': 'users: {}\n' }))
  const machine = machineOf(test, DEBIAN)
  const script = join(machine.folder, 'install-debian.sh')
  writeFileSync(script, text)
  const house = join(machine.folder, 'house')
  mkdirSync(house)
  writeFileSync(join(house, 'gatehouse.yml'), yml)
  writeFileSync(join(house, 'users_database.yml'), 'users: {}\n')
  for (const folder of ['etc/nginx/sites-enabled', 'etc/apt/sources.list.d', 'usr/share/keyrings'])
    mkdirSync(join(machine.root, folder), { recursive: true })
  symlinkSync('/etc/nginx/sites-available/default', join(machine.root, 'etc/nginx/sites-enabled/default'))
  writeFileSync(join(machine.root, 'etc/os-release'), 'ID=debian\nVERSION_ID="12"\n')
  return { machine, script, house, from: source(machine) }
}

/** Calls that change something. */
const changing = (calls: readonly string[]): string[] =>
  calls.filter(call => /^(apt-get|useradd|npm|curl|update-ca-certificates|git)/.test(call))

t.test('a machine of nothing becomes the house, and the second time nothing changes', async t => {
  const { machine, script, house, from } = prepare(t)
  const first = machine.run(script, ['--house', house, '--source', from])
  t.equal(first.code, 0, first.said)
  const calls = machine.calls()
  t.match(changing(calls), [
    'apt-get update -q',
    /^apt-get install .* ca-certificates git nodejs npm$/,
    'apt-get update -q',
    /^apt-get install .* nginx$/,
    'apt-get update -q',
    /^apt-get install .* curl gnupg$/,
    /^curl .*authelia-security\.gpg/,
    'apt-get update -q',
    /^apt-get install .* authelia$/,
    /^useradd --system .* gatehouse$/,
    /^useradd --system .* authelia$/,
    /^npm ci --omit=dev/,
    'update-ca-certificates ',
  ])
  t.match(calls.at(-1), /^gatehouse apply --yes --config .*\/etc\/gatehouse\/gatehouse\.yml --root /)
  t.ok(calls.includes(`chown authelia:authelia ${machine.root}/etc/gatehouse/users_database.yml`))
  const made = machine.tree()
  t.match(made['etc/apt/sources.list.d/authelia.list'], 'signed-by=/usr/share/keyrings/authelia-security.gpg')
  t.match(made['etc/gatehouse/users_database.yml'], /^600 /)
  t.match(made['etc/gatehouse/gatehouse.yml'], /^644 /)
  t.equal(made['etc/nginx/sites-enabled/default'], undefined, 'the greeting page is out')
  t.equal(made['usr/local/bin/gatehouse'], 'link')
  t.match(made['usr/local/share/ca-certificates/gatehouse.crt'], 'authority')

  const second = machine.run(script, [])
  t.equal(second.code, 0, second.said)
  t.strictSame(changing(machine.calls()), [])
  t.strictSame(machine.tree(), made)
})

t.test('what is there is kept', async t => {
  const { machine, script, house, from } = prepare(t)
  machine.run(script, ['--house', house, '--source', from])
  writeFileSync(join(house, 'gatehouse.yml'), `${AUTHELIA}# newer\n`)
  const again = machine.run(script, ['--house', house])
  t.match(again.said, 'Kept /etc/gatehouse/gatehouse.yml')
  t.notMatch(machine.tree()['etc/gatehouse/gatehouse.yml'], 'newer')
})

t.test("a key that is not Authelia's stops it before its packages are believed", async t => {
  const { machine, script, house, from } = prepare(t)
  writeFileSync(join(machine.folder, 'state', 'key'), 'ABCDEF')
  const run = machine.run(script, ['--house', house, '--source', from])
  t.equal(run.code, 1)
  t.match(run.said, "the key that was fetched is not Authelia's")
  t.notMatch(machine.calls().join('\n'), /install .* authelia$/m)
  t.strictSame(machine.tree('usr/share/keyrings'), {})
})

t.test('what is missing is said before anything is changed', async t => {
  const { machine, script, house } = prepare(t)
  const table: readonly (readonly [args: string[], said: RegExp])[] = [
    [[], /there is no \/etc\/gatehouse\/gatehouse\.yml: write one with gatehouse init/],
    [['--house', machine.folder], /there is no gatehouse\.yml in/],
    [['--house', house], /Gatehouse itself is not in \/opt\/gatehouse: name a clone of it with --source/],
    [['--hose', house], /there is no --hose/],
    [['--house'], /--house needs a value/],
  ]
  for (const [args, said] of table) {
    const run = machine.run(script, args)
    t.equal(run.code, 1, args.join(' '))
    t.match(run.said, said)
    t.strictSame(changing(machine.calls()), [])
  }
  t.match(machine.run(script, ['--help']).said, /^Installs a whole house/)
})

t.test('the built-in portal needs no Authelia, and its users are read, not written', async t => {
  const yml =
    'domain: example.com\nportal: { users: users.yml }\napps: { cam: { upstream: "http://127.0.0.1:1" } }\n'
  const { machine, script, house, from } = prepare(t, yml)
  writeFileSync(join(house, 'users.yml'), 'users: {}\n')
  const run = machine.run(script, ['--house', house, '--source', from])
  t.equal(run.code, 0, run.said)
  t.notMatch(machine.calls().join('\n'), /authelia$/m)
  t.match(machine.tree()['etc/gatehouse/users.yml'], /^640 /)
})

t.test('secrets that come with open modes are shown to nobody on their way', async t => {
  const { machine, script, house, from } = prepare(t)
  mkdirSync(join(house, 'secrets'))
  writeFileSync(join(house, 'secrets', 'jwt'), 'of the house', { mode: 0o644 })
  chmodSync(house, 0o755)
  const run = machine.run(script, ['--house', house, '--source', from])
  t.equal(run.code, 0, run.said)
  t.ok(machine.calls().includes('folder 700'), 'closed while it is filled')
  t.equal(machine.tree()['etc/gatehouse/secrets/jwt'], '600 of the house')
  t.equal(statSync(join(machine.root, 'etc/gatehouse')).mode & 0o777, 0o755, 'open when all is in place')
})
