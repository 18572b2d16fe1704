import { execFileSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'
import { join } from 'node:path'
import t from 'tap'
import { COMMANDS, LATER } from '../../src/cli/commands.ts'
import { gatehouse, PROGRAM } from './gatehouse.ts'
import { typed } from './typed.ts'

const YML = `domain: example.com
authelia: { url: "http://127.0.0.1:9091" }
apps:
  cams:
    upstream: http://127.0.0.1:8080
    policy: two_factor
    rules: [{ subject: ["group:family"], policy: one_factor }]
`

t.test('what is typed, and what comes of it', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML, 'bad.yml': YML.replace('upstream', 'upstraem'), sub: {} })
  const usage = { code: 2, stdout: /^$/ }
  const cases: [typed: string, result: { code: number; stdout?: RegExp; stderr?: RegExp }][] = [
    ['', { ...usage, stderr: /Usage: gatehouse COMMAND.*check .*serve/s }],
    ['--help', { code: 0, stdout: /Usage: gatehouse COMMAND/, stderr: /^$/ }],
    ['-h', { code: 0, stdout: /Usage: gatehouse COMMAND/, stderr: /^$/ }],
    ['help', { code: 0, stdout: /Usage: gatehouse COMMAND/, stderr: /^$/ }],
    ['help check', { code: 0, stdout: /Usage: gatehouse check/, stderr: /^$/ }],
    ['--help check', { code: 0, stdout: /Usage: gatehouse check/ }],
    ['--version', { code: 0, stdout: /^\d+\.\d+\.\d+\n$/, stderr: /^$/ }],
    ['chekc', { ...usage, stderr: /no command "chekc"\. Did you mean "gatehouse check"\?/ }],
    ['help chekc', { ...usage, stderr: /Did you mean "gatehouse check"\?/ }],
    [
      'xyzzy',
      { ...usage, stderr: new RegExp(`There are ${COMMANDS.map(({ name }) => name).join(', ')}\\.`) },
    ],
    ['constructor', { ...usage, stderr: /no command "constructor"/ }],
    [
      'check --confg x',
      { ...usage, stderr: /no option --confg\. Did you mean --config\?\nUsage: gatehouse check/ },
    ],
    ['check --constructor', { ...usage, stderr: /no option --constructor/ }],
    ['check --config', { ...usage, stderr: /--config needs a value: --config FILE/ }],
    ['check --config --json', { ...usage, stderr: /--config needs a value/ }],
    ['check --config=a --config=b', { ...usage, stderr: /--config is given twice/ }],
    ['check --json=yes', { ...usage, stderr: /--json takes no value/ }],
    ['check extra', { ...usage, stderr: /"extra" is one word too many/ }],
    ['check', { code: 0, stdout: /gatehouse\.yml is fine: 1 app/, stderr: /^$/ }],
    ['check --config gatehouse.yml', { code: 0, stdout: /is fine/ }],
    ['--config gatehouse.yml check', { code: 0, stdout: /is fine/ }],
    ['check --config bad.yml', { code: 1, stdout: /bad\.yml:5:5 .*upstraem/, stderr: /^$/ }],
    ['check --config none.yml', { code: 1, stdout: /none\.yml .*does not exist/ }],
    ['why', { ...usage, stderr: /USER is missing/ }],
    ['why alice', { ...usage, stderr: /ADDRESS is missing/ }],
    ['why alice not%an@address', { ...usage, stderr: /is no address/ }],
    ['why alice https://cams.example.com --client x', { ...usage, stderr: /--client x is no IP address/ }],
    [
      'why alice https://cams.example.com/x',
      { code: 0, stdout: /apps\.cams\.policy/, stderr: /Authelia's own rules are not known/ },
    ],
    [
      'why alice https://cams.example.com/x --groups family',
      { code: 0, stdout: /one_factor, by apps\.cams\.rules/ },
    ],
    ['why - https://cams.example.com/x', { code: 0, stdout: /not logged in/ }],
    [
      'why alice https://nas.example.com/',
      { code: 1, stdout: /^$/, stderr: /No app has the host nas\.example\.com.*cams\.example\.com/ },
    ],
    ['why alice https://auth.example.com/', { code: 0, stderr: /login portal/ }],
    ['why alice https://cams.example.com --config bad.yml', { code: 1, stdout: /^$/, stderr: /upstraem/ }],
    ['serve --log-format xml', { ...usage, stderr: /--log-format is json or text/ }],
    ['serve --log-level loud', { ...usage, stderr: /--log-level is one of debug, info, warn, error/ }],
    ['serve --config bad.yml', { code: 1, stdout: /^$/, stderr: /upstraem/ }],
    ['demo --port many', { ...usage, stderr: /"many" is no port/ }],
    ['demo --port 65536', { ...usage, stderr: /"65536" is no port/ }],
    ['portal', { ...usage, stderr: /--authelia-config FILE is missing/ }],
    ['portal --authelia-config x', { ...usage, stderr: /--listen ADDRESS:PORT is missing/ }],
    ['portal --authelia-config x --listen 9091', { ...usage, stderr: /write an address and a port/ }],
    ['portal --authelia-config none --listen 127.0.0.1:0', { code: 1, stderr: /none cannot be read/ }],
    ...LATER.map(
      name => [name, { ...usage, stderr: /comes with a later version/ }] as (typeof cases)[number],
    ),
  ]
  for (const [line, result] of cases)
    t.match(await typed(line.split(' ').filter(Boolean), cwd), result, line || 'nothing')
})

t.test('every command has help with its options and an example', async t => {
  for (const { name, options, words } of COMMANDS) {
    const { code, stdout, stderr } = await typed([name, '--help', '--whatever'], '/')
    t.equal(code, 0, name)
    t.equal(stderr, '')
    for (const part of [...Object.keys(options), ...words, 'Usage:', 'Examples:'])
      t.ok(stdout.includes(part), `${name}: ${part}`)
    t.notMatch(stdout, /.{121}/, `${name}: fits a terminal`)
  }
})

t.test('--json is one object', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML, 'bad.yml': YML.replace('upstream', 'upstraem') })
  const good = await typed(['check', '--json'], cwd)
  t.match(JSON.parse(good.stdout), {
    fine: true,
    faults: [],
    apps: [{ name: 'cams', hosts: ['cams.example.com'] }],
  })
  const bad = await typed(['check', '--json', '--config', 'bad.yml'], cwd)
  t.match(JSON.parse(bad.stdout), { fine: false, faults: [{ line: 5, column: 5, message: /upstraem/ }] })
  const why = await typed(['why', 'alice', 'https://cams.example.com/', '--json', '--groups', 'family'], cwd)
  t.match(JSON.parse(why.stdout), { app: 'cams', subject: { user: 'alice', groups: ['family'] } })
  t.equal(why.stderr, '')
})

t.test('colour on a terminal alone, and only if it is wanted', async t => {
  const cwd = t.testdir({ 'bad.yml': 'domain: example.com\n' })
  const check = (isTTY: boolean, env: Record<string, string>) =>
    typed(['check', '--config', 'bad.yml'], cwd, { isTTY, env })
  t.match((await check(true, {})).stdout, '\u001b[')
  for (const [isTTY, env] of [
    [false, {}],
    [true, { NO_COLOR: '1' }],
    [true, { TERM: 'dumb' }],
  ] as const) {
    t.notMatch((await check(isTTY, env)).stdout, '\u001b[')
  }
})

t.test('groups come from the users file of a built-in portal', async t => {
  const digest = `$6$rounds=5000$saltsalt$${'a'.repeat(86)}`
  const cwd = t.testdir({
    'gatehouse.yml': YML.replace(/authelia:.*/, 'portal: { host: auth.example.com, users: users.yml }'),
    'users.yml': `users:
  ann: { displayname: Ann, password: '${digest}', groups: [family] }
  bob: { displayname: Bob, password: '${digest}', disabled: true }
`,
  })
  const why = (user: string) => typed(['why', user, 'https://cams.example.com/'], cwd)
  t.match(await why('ann'), {
    code: 0,
    stdout: /ann \(family\).*one_factor, by apps\.cams\.rules/s,
    stderr: '',
  })
  t.match(await why('bob'), { code: 1, stderr: /no enabled user bob/ })
  t.match(await why('eve'), { code: 1, stderr: /no enabled user eve/ })
})

t.test('called through a link, from another folder, with the configuration of that folder', async t => {
  const cwd = t.testdir({ 'gatehouse.yml': YML, bin: {} })
  const link = join(cwd, 'bin', 'gate')
  symlinkSync(PROGRAM, link)
  t.match(execFileSync(link, ['check'], { cwd, encoding: 'utf8' }), /gatehouse\.yml is fine/)
})

t.test('what keeps it from starting is said in words', async t => {
  const taken = createServer().listen(0, '127.0.0.1')
  await once(taken, 'listening')
  t.teardown(() => taken.close())
  const { port } = taken.address() as AddressInfo
  const folder = t.testdir()
  const started = (listen: string) => {
    const file = join(folder, 'gatehouse.yml')
    writeFileSync(file, YML.replace('authelia:', `listen: [${listen}]\nauthelia:`))
    return gatehouse(['serve', '--config', file])
  }
  t.match(started(`{ address: "127.0.0.1:${port}" }`), {
    code: 1,
    stderr: new RegExp(
      `^Another program listens on 127\\.0\\.0\\.1 port ${port} already\\.\n {2}Find it with "ss`,
    ),
  })
  t.match(started('{ address: "192.0.2.1:8080" }'), {
    code: 1,
    stderr: /This machine has no address 192\.0\.2\.1/,
  })
  t.match(started(`{ unix: /tmp/${'x'.repeat(120)} }`), { code: 1, stderr: /is too long/ })
  t.match(started('{ unix: none/gate.sock }'), {
    code: 1,
    stderr: /^The folder of the socket .* does not exist/,
  })
  mkdirSync(join(folder, 'dir'))
  chmodSync(join(folder, 'dir'), 0o700)
  t.match(started('{ unix: dir }'), { code: 1, stderr: /dir is a (file|folder), not a socket/ })
})
