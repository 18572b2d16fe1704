/** Kills an apply at every step that it has, and looks each time at what an NGINX makes of the rest. */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdirSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import type { Test } from 'tap'
import { survey } from '../../../src/deploy/apply/survey.ts'
import type { Order } from './child.ts'
import { answers, bareMachine, type Home, openHome, put, startNginx, whole, wishFor } from './home.ts'
import { stateOf } from './state.ts'

const CHILD = join(import.meta.dirname, 'child.ts')
const MARKERS = ['A', 'B']
/** At once; the machine has a few cores, and much of it is waiting. */
const HANDS = 3

export interface Switch {
  /** Houses that were put in place before, one after the other. */
  readonly before: readonly string[]
  /** The house that is being put in place; `back`: the one before. */
  readonly house: string
  /** Who answers when it was killed early, and when late; `-`: no house. */
  readonly old: string
  readonly fresh: string
}

async function apply(order: Order, cache: string): Promise<{ stdout: string; ended: unknown }> {
  const child = spawn(process.execPath, [CHILD, JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
    env: { ...process.env, NODE_COMPILE_CACHE: cache },
  })
  let stdout = ''
  child.stdout.setEncoding('utf8').on('data', part => {
    stdout += part
  })
  const [code, signal] = await once(child, 'close')
  return { stdout, ended: signal ?? code }
}

/** A home in which these houses were put in place. */
async function prepared(t: Test, before: readonly string[]): Promise<Home> {
  const home = openHome(t)
  for (const house of before) await put(wishFor(home, house), bareMachine())
  return home
}

/** Every step, before it and for a file that is written also in its middle. */
export async function killEverywhere(t: Test, { before, house, old, fresh }: Switch): Promise<void> {
  const cache = join(openHome(t).top, 'cache')
  mkdirSync(cache)
  const untouched = await prepared(t, before)
  const { stdout, ended } = await apply({ home: untouched, house, step: -1, half: false }, cache)
  t.equal(ended, 0)
  const steps = JSON.parse(stdout) as string[]
  t.ok(steps.length > 20, `${steps.length} steps`)
  const kills = steps.flatMap((what, step) =>
    (what.startsWith('write ') ? [false, true] : [false]).map(half => {
      const name = `killed ${half ? 'in the middle of' : 'before'} step ${step}: ${what.replaceAll(untouched.top, '')}`
      return { name, step, half }
    }),
  )
  const verdicts = new Map<string, Promise<string>>()
  const one = async ({ name, step, half }: (typeof kills)[number]): Promise<void> => {
    const home = await prepared(t, before)
    t.equal((await apply({ home, house, step, half }, cache)).ended, 'SIGKILL', name)
    const state = stateOf(home)
    const known = verdicts.get(state)
    const verdict = known ?? standing(t, home)
    verdicts.set(state, verdict)
    const stands = await verdict
    t.ok(stands === old || stands === fresh, `${name}: ${stands} stands`)
    if (known === undefined) await heals(t, home, fresh, name)
  }
  const hands = Array.from({ length: HANDS }, async () => {
    for (let next = kills.shift(); next !== undefined; next = kills.shift()) await one(next)
  })
  await Promise.all(hands)
  t.strictSame(
    [...new Set(await Promise.all(verdicts.values()))].sort(),
    [old, fresh].sort(),
    'both are seen',
  )
}

/** Which house a real NGINX serves of what stands: `A`, `B`, `-`, or what the mixture is. */
async function standing(t: Test, home: Home): Promise<string> {
  const nginx = await startNginx(t, home)
  const found = JSON.stringify(await answers(home, MARKERS))
  nginx.child.kill('SIGTERM')
  await nginx.gone
  const same = ['-', ...MARKERS].find(marker => JSON.stringify(whole(marker, MARKERS)) === found)
  return same ?? `a mixture: ${found}`
}

/** The next apply clears away what was left, and puts the house in place. */
async function heals(t: Test, home: Home, house: string, name: string): Promise<void> {
  const wish = wishFor(home, house)
  await put(wish, bareMachine())
  const { changes, linksToMake, linksToDrop, unfinished, releases } = survey(wish, bareMachine())
  t.strictSame(
    [changes, linksToMake, linksToDrop, unfinished],
    [[], [], [], false],
    `${name}: the next run ends it`,
  )
  t.ok(
    releases.every(({ manifest }) => manifest !== undefined),
    `${name}: no release is unfinished`,
  )
  const nginx = join(home.top, 'nginx')
  const links = ['default', 'gatehouse.conf', `own-${house}.conf`]
  t.strictSame(readdirSync(join(nginx, 'sites-enabled')).sort(), links, `${name}: its links`)
  t.strictSame(readdirSync(join(home.folder, 'house')).sort(), ['current', 'lock', 'releases', 'running'])
  t.notOk(existsSync(join(nginx, 'gatehouse-trial.conf')), `${name}: no trial`)
}
