import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { gatehouse } from './gatehouse.ts'

const YML = `domain: home.example.com
listen: [{ address: 127.0.0.1:9 }]
portal: { users: users_database.yml }
apps:
  cams: { upstream: 'http://127.0.0.1:10' }
`

const houseIn = (folder: string): string => {
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(file, YML)
  return file
}

t.test('what was found stands on stdout, and the exit code says whether there is a fault', async t => {
  const file = houseIn(t.testdir())
  const fine = gatehouse(['doctor', '--config', file, '--only', 'cookie-domain,listeners'])
  t.equal(fine.code, 0)
  t.equal(fine.stderr, '', 'no progress where nobody watches')
  t.match(fine.stdout, /ok +cookie-domain +authelia_session for home\.example\.com\n/)
  t.match(fine.stdout, /^All is well: 2 found fine, 0 not looked at\.$/m)

  const ill = gatehouse(['doctor', '--config', file, '--only', 'users,gateway'])
  t.equal(ill.code, 1)
  t.match(ill.stdout, /FAULT {2}gateway, 127\.0\.0\.1:9\n/)
  t.match(ill.stdout, /FAULT {2}users\n[\s\S]*users_database\.yml\s+cannot be read: it does not exist\./)
  t.match(ill.stdout, /^2 faults: 0 found fine, 0 not looked at\.$/m)
})

t.test('--json is one object for monitoring', async t => {
  const file = houseIn(t.testdir())
  const { code, stdout } = gatehouse([
    'doctor',
    '--config',
    file,
    '--only',
    'gateway,dns',
    '--at',
    '127.0.0.1',
    '--json',
  ])
  t.equal(code, 1)
  const { findings, ...rest } = JSON.parse(stdout)
  t.strictSame(rest, { file, fine: false, counts: { ok: 0, skipped: 1, warning: 0, fault: 1 } })
  t.match(findings, [
    { check: 'dns', level: 'skipped', saw: /--at 127\.0\.0\.1/ },
    {
      check: 'gateway',
      about: '127.0.0.1:9',
      level: 'fault',
      saw: /refused/,
      why: /Nobody/,
      do: /systemctl/,
    },
  ])
})

t.test('what is typed wrongly', async t => {
  const file = houseIn(t.testdir())
  const table: readonly [string[], RegExp][] = [
    [['--only', 'certificate'], /There is no check "certificate"\. Did you mean certificates\?/],
    [['--only', 'x'], /There are versions, clock/],
    [['--at', 'cams'], /--at cams is no IP address/],
    [['--mail', 'alice'], /--mail alice is no address/],
  ]
  for (const [args, says] of table) {
    const { code, stderr } = gatehouse(['doctor', '--config', file, ...args])
    t.equal(code, 2, args.join(' '))
    t.match(stderr, says)
  }
})

t.test('a configuration that cannot be read comes first', async t => {
  const file = houseIn(t.testdir())
  writeFileSync(file, YML.replace('upstream:', 'upstrem:'))
  const { code, stdout, stderr } = gatehouse(['doctor', '--config', file])
  t.equal(code, 1)
  t.equal(stdout, '')
  t.match(stderr, /upstream[\s\S]*First .*gatehouse\.yml must be right/)
})
