/** Tests a release before anything is switched: with the programs that will read it, where they are there. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { swapIncludes } from './nginx-main.ts'
import { ApplyError, type Outside, type Ran } from './outside.ts'
import type { Survey } from './survey.ts'
import { readUnit, unitOf } from './unit.ts'
import { writeFiles } from './write.ts'

export interface Test {
  /** What was typed, in short: `nginx -t`. */
  readonly test: string
  /** Undefined: it was not tested. */
  readonly good?: boolean
  /** The program's own words, or why it was not asked. */
  readonly said: string
}

/** NGINX's main configuration for the trial; beside the real one, since its relative includes count from there. */
export const TRIAL_MAIN = 'gatehouse-trial.conf'

export const trialMain = (found: Survey): string => join(dirname(found.wish.nginx), TRIAL_MAIN)

/**
 * Writes the release once more, leading to itself, has every program test it, and takes it away again.
 * @param say told before each program is asked
 */
export async function tryOut(
  found: Survey,
  outside: Outside,
  say: (line: string) => void,
): Promise<readonly Test[]> {
  const { places, wish } = found
  const { disk } = outside
  const plan = wish.render(places.trial)
  writeFiles(places.below(places.trial), plan.files, disk)
  const tests: Test[] = []
  for (const test of [tryNginx, tryAuthelia, tryUnits]) {
    const result = await test(found, outside, say)
    if (result !== undefined) tests.push(result)
  }
  disk.remove(places.below(trialMain(found)))
  disk.remove(places.below(places.trial))
  return tests
}

/** Runs a program of the target; below another root that is chroot(1), since paths inside count from there. */
async function ask(
  { wish }: Survey,
  outside: Outside,
  program: string,
  args: readonly string[],
  env: Readonly<Record<string, string>> = {},
): Promise<Ran | undefined> {
  if (wish.root === '') return outside.run(program, args, env)
  const name = program.split('/').at(-1) ?? program
  const inside = ['usr/sbin', 'usr/bin', 'usr/local/bin', 'sbin', 'bin']
    .map(folder => `/${folder}/${name}`)
    .find(path => existsSync(join(wish.root, path)))
  if (inside === undefined || outside.uid !== 0) return undefined
  return outside.run('chroot', [wish.root, inside, ...args], env)
}

const untested = (test: string, program: string, { wish }: Survey): Test => ({
  test,
  said: `there is no ${program} ${wish.root === '' ? 'on this machine' : `below ${wish.root}, or this user may not use it`}`,
})

async function tryNginx(
  found: Survey,
  outside: Outside,
  say: (line: string) => void,
): Promise<Test | undefined> {
  const { places, plan, wish, linksToDrop } = found
  const test = 'nginx -t'
  const links = new Map(
    plan.links
      .filter(({ to }) => to.startsWith('nginx/'))
      .map(link => [link.path, join(places.trial, link.to)]),
  )
  if (links.size === 0) return undefined
  const real = places.below(wish.nginx)
  if (!existsSync(real)) return { test, said: `there is no ${real}` }
  say(`testing with ${test}`)
  const names = (folder: string): readonly string[] =>
    existsSync(places.below(folder)) ? readdirSync(places.below(folder)) : []
  const gone = new Set(linksToDrop.map(({ path }) => path))
  const { text, unseen } = swapIncludes({
    main: wish.nginx,
    text: readFileSync(real, 'utf8'),
    links,
    gone,
    names,
  })
  if (unseen.length > 0) {
    const lines = unseen.map(path => `include ${dirname(path)}/*.conf;`)
    const said = `${wish.nginx} does not include ${unseen.join(', ')}, so NGINX would never read it. Write into its http { }:\n  ${[...new Set(lines)].join('\n  ')}`
    return { test, good: false, said }
  }
  const main = trialMain(found)
  outside.disk.remove(places.below(main))
  outside.disk.write(places.below(main), text, 0o600)
  const ran = await ask(found, outside, 'nginx', ['-t', '-q', '-c', main])
  return ran === undefined ? untested(test, 'nginx', found) : judged(test, ran)
}

async function tryAuthelia(
  found: Survey,
  outside: Outside,
  say: (line: string) => void,
): Promise<Test | undefined> {
  const file = found.wish
    .render(found.places.trial)
    .files.find(({ path }) => path === 'systemd/authelia.service')
  if (file === undefined) return undefined
  const { command, environment } = readUnit(file.content)
  const [program = 'authelia', ...args] = command
  const test = 'authelia config validate'
  say(`testing with ${test}`)
  const ran = await ask(found, outside, program, ['config', 'validate', ...args], environment)
  if (ran === undefined) return untested(test, 'authelia', found)
  if (!/unknown command "config"/.test(ran.said)) return judged(test, ran)
  // Before 4.38 the command was another.
  const older = await ask(found, outside, program, ['validate-config', ...args], environment)
  return older === undefined ? untested(test, 'authelia', found) : judged('authelia validate-config', older)
}

async function tryUnits(
  found: Survey,
  outside: Outside,
  say: (line: string) => void,
): Promise<Test | undefined> {
  const { places, plan } = found
  const units = plan.links.filter(link => unitOf(link) !== undefined)
  if (units.length === 0) return undefined
  const test = 'systemd-analyze verify'
  say(`testing with ${test}`)
  const files = units.map(({ to }) => join(places.trial, to))
  // Faults of other units are no business of ours; systemd before 250 does not know the option.
  for (const options of [['--recursive-errors=no'], []]) {
    const ran = await ask(found, outside, 'systemd-analyze', ['verify', '--man=no', ...options, ...files])
    if (ran === undefined) return untested(test, 'systemd-analyze', found)
    if (options.length === 0 || !/unrecognized option/.test(ran.said)) return judged(test, ran)
  }
  return undefined
}

function judged(test: string, { code, said }: Ran): Test {
  return { test, good: code === 0, said: said.trim() }
}

/** @throws ApplyError with the words of every program that refused */
export function demandGood(tests: readonly Test[]): void {
  const bad = tests.filter(({ good }) => good === false)
  if (bad.length === 0) return
  const words = bad.map(({ test, said }) => `${test} refuses it:\n${indented(said)}`)
  throw new ApplyError(words.join('\n'))
}

export const indented = (text: string): string => text.replaceAll(/^(?=.)/gm, '  ')
