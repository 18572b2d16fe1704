import {
  existsSync,
  lstatSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { Failed } from '../../../src/deploy/apply/apply.ts'
import { wishBack } from '../../../src/deploy/apply/back.ts'
import { Busy, type Outside, type Ran } from '../../../src/deploy/apply/outside.ts'
import { nothingToDo, survey } from '../../../src/deploy/apply/survey.ts'
import { bareMachine, openHome, put, wishFor } from './home.ts'

/** systemd and NGINX that do as they are told, and write it down; `bad` says which fail once, and how. */
function machine(bad: Readonly<Record<string, string>> = {}): Outside & { readonly ran: string[] } {
  const ran: string[] = []
  const faults = new Map(Object.entries(bad))
  let now = 0
  let workers = 0
  const run = async (program: string, args: readonly string[]): Promise<Ran | undefined> => {
    const typed = [program, ...args].join(' ').replaceAll(/\/\S*\//g, '')
    ran.push(typed)
    const [fault, said] = [...faults].find(([part]) => typed.includes(part)) ?? []
    if (fault !== undefined && said !== undefined) {
      faults.delete(fault)
      return { code: 1, said }
    }
    if (args[0] === 'is-active') return { code: 0, said: 'active\n' }
    if (args[0] === 'show') return { code: 0, said: '7\n' }
    return program === 'authelia' ? undefined : { code: 0, said: '' }
  }
  return {
    ...bareMachine(),
    systemd: true,
    run,
    ran,
    children: () => [workers++],
    now: () => now,
    sleep: async milliseconds => {
      now += milliseconds
    },
  }
}

const told = (ran: readonly string[]): string[] =>
  ran
    .filter(line => /daemon-reload|restart|reload|stop/.test(line))
    .map(line => line.replace('systemctl ', ''))

t.test('who is told: only whoever read what is different', async t => {
  const home = openHome(t)
  const first = machine()
  const { tests } = await put(wishFor(home, 'A'), first)
  t.strictSame(told(first.ran), [
    'daemon-reload',
    'restart gatehouse.service',
    'reload-or-restart nginx.service',
  ])
  t.strictSame(
    tests.map(({ test, good }) => [test, good]),
    [
      ['nginx -t', true],
      ['systemd-analyze verify', true],
    ],
  )
  t.equal(
    readlinkSync(join(home.top, 'systemd/multi-user.target.wants/gatehouse.service')),
    join(home.folder, 'house/current/systemd/gatehouse.service'),
  )
  t.ok(nothingToDo(survey(wishFor(home, 'A'), first)), 'and again: nothing to do')
  const plan = wishFor(home, 'A').render(join(home.folder, 'house/current'))
  const files = plan.files.map(file =>
    file.path.endsWith('one.conf') ? { ...file, content: `${file.content}#\n` } : file,
  )
  const second = machine()
  await put(wishFor(home, 'A', { render: () => ({ ...plan, files }) }), second)
  t.strictSame(told(second.ran), ['reload-or-restart nginx.service'], 'a site alone')
})

t.test('whatever fails, everything is as it was, and the words are those of the program', async t => {
  const cases: readonly [string, Readonly<Record<string, string>>, RegExp, boolean][] = [
    [
      'NGINX refuses it',
      { 'nginx -t -q -c gatehouse-trial': '[emerg] unknown directive' },
      /nginx -t refuses it:\n {2}\[emerg\] unknown/,
      false,
    ],
    [
      'a unit is wrong',
      { 'systemd-analyze verify': 'Unknown key' },
      /systemd-analyze verify refuses it:\n {2}Unknown key/,
      false,
    ],
    [
      'a service does not start',
      { 'restart gatehouse': 'Job failed' },
      /restart gatehouse\.service failed:\n {2}Job failed/,
      true,
    ],
    [
      'a service dies',
      { 'is-active gatehouse': 'failed' },
      /gatehouse\.service does not run \(failed\)/,
      true,
    ],
    ['NGINX does not reload', { 'reload-or-restart nginx': 'Job failed' }, /nginx\.service failed/, true],
  ]
  for (const [name, bad, said, switched] of cases) {
    for (const before of [[], ['A']]) {
      const home = openHome(t)
      for (const house of before) await put(wishFor(home, house), bareMachine())
      const state = (): unknown => [
        before.length > 0 && readlinkSync(join(home.folder, 'house/current')),
        before.length > 0 && readlinkSync(join(home.folder, 'house/running')),
        existsSync(join(home.folder, 'house/current')),
        readdirSync(join(home.top, 'nginx/sites-enabled')),
        before.length > 0 && readdirSync(join(home.folder, 'house/releases')),
      ]
      const was = state()
      const outside = machine(bad)
      const error = await put(wishFor(home, 'B'), outside).then(
        () => undefined,
        reason => reason as unknown,
      )
      t.ok(error instanceof Failed, name)
      if (!(error instanceof Failed)) continue
      t.match(error.message, said, name)
      t.equal(error.switched, switched, name)
      t.strictSame(state(), was, `${name}, after ${before.length} houses`)
    }
  }
})

t.test('a file that is not ours is never overwritten', async t => {
  const home = openHome(t)
  const place = join(home.top, 'nginx/sites-enabled/gatehouse.conf')
  writeFileSync(place, 'mine')
  const { obstacles } = survey(wishFor(home, 'A'), bareMachine())
  t.match(obstacles, [/gatehouse\.conf is there already and is not Gatehouse's: a file of 4 bytes.*mv /])
  await t.rejects(put(wishFor(home, 'A'), bareMachine()), /not Gatehouse's/)
  t.equal(readFileSync(place, 'utf8'), 'mine')
  rmSync(join(home.top, 'nginx'), { recursive: true })
  t.match(survey(wishFor(home, 'A'), bareMachine()).obstacles, [
    /Is NGINX installed\?/,
    /Is NGINX installed\?/,
  ])
})

t.test('work by hand is seen, and stays in its release', async t => {
  const home = openHome(t)
  await put(wishFor(home, 'A'), bareMachine())
  const site = join(home.folder, 'house/current/nginx/sites/one.conf')
  writeFileSync(site, '# by hand\n')
  const { edited, changes } = survey(wishFor(home, 'A'), bareMachine())
  t.strictSame(edited, ['nginx/sites/one.conf'])
  t.match(changes, [{ path: 'nginx/sites/one.conf', kind: 'changed', text: /-# by hand/ }])
  await put(wishFor(home, 'A'), bareMachine())
  t.notMatch(readFileSync(site, 'utf8'), /by hand/)
  t.match(readFileSync(join(home.folder, 'house/releases/1/nginx/sites/one.conf'), 'utf8'), /by hand/)
})

t.test('ten releases before the one that serves are kept; back and back again', async t => {
  const home = openHome(t)
  for (let n = 0; n < 14; n++) await put(wishFor(home, n % 2 === 0 ? 'A' : 'B'), bareMachine())
  t.equal(readdirSync(join(home.folder, 'house/releases')).length, 11)
  const at = (): string => readlinkSync(join(home.folder, 'house/current'))
  t.equal(at(), 'releases/14')
  for (const number of [13, 12]) {
    await put(wishBack(wishFor(home, 'B')), bareMachine())
    t.equal(at(), `releases/${number}`)
  }
  t.notOk(existsSync(join(home.top, 'nginx/sites-enabled/own-A.conf')))
  t.ok(lstatSync(join(home.top, 'nginx/sites-enabled/own-B.conf')).isSymbolicLink())
})

t.test('two at once: the second is told, and the lock goes with its process', async t => {
  const home = openHome(t)
  await put(wishFor(home, 'A'), bareMachine())
  const unlock = bareMachine().lock(join(home.folder, 'house/lock'))
  const error = await put(wishFor(home, 'B'), bareMachine()).then(
    () => undefined,
    reason => reason as unknown,
  )
  t.ok(error instanceof Busy)
  t.match(error, { message: /Another gatehouse apply is at work here \(process \d+\)/ })
  unlock()
  await put(wishFor(home, 'B'), bareMachine())
})

t.test('a user who may not is told what', async t => {
  const home = openHome(t)
  const { forbidden } = survey(wishFor(home, 'A'), { ...bareMachine(), uid: 1000, mayWrite: () => false })
  t.match(forbidden, [/write into .*etc\/gatehouse/, /write into/, /write into/, /NGINX and systemd take/])
})
