/** `gatehouse doctor`: what is wrong with a house that is set up and still does not work. */
import { isIP } from 'node:net'
import { realOutside } from '../doctor/real.ts'
import { examine } from '../doctor/run.ts'
import { CHECKS } from '../doctor/table.ts'
import { reportJson, reportText } from '../doctor/text.ts'
import type { Check } from '../doctor/types.ts'
import { nearest } from '../lib/suggest.ts'
import { type Call, UsageFault, type World } from './command.ts'
import { complain, configFile, readConfigurationAlone } from './config-file.ts'
import { coloured } from './terminal.ts'
import { version } from './version.ts'

const WIDTH = 100

/** The checks that were asked for. @throws UsageFault naming one that is not there */
function chosen(only: string | undefined): readonly Check[] {
  if (only === undefined) return CHECKS
  const ids = CHECKS.map(({ id }) => id)
  const words = only.split(',').map(word => word.trim())
  for (const word of words) {
    if (ids.includes(word)) continue
    const meant = nearest(word, ids)
    const hint = meant === undefined ? `There are ${ids.join(', ')}.` : `Did you mean ${meant}?`
    throw new UsageFault(`There is no check "${word}". ${hint}`)
  }
  return CHECKS.filter(({ id }) => words.includes(id))
}

/** One line that changes, on a terminal alone. */
function progress({ stderr }: World, checks: readonly Check[]): { done(id: string): void; end(): void } {
  if (stderr.isTTY !== true) return { done: () => {}, end: () => {} }
  const left = new Set(checks.map(({ id }) => id))
  const draw = (): void => {
    const names = [...left].slice(0, 4).join(', ')
    stderr.write(`\r\u001b[KLooking: ${checks.length - left.size} of ${checks.length}; still ${names}`)
  }
  draw()
  return {
    done: id => {
      left.delete(id)
      if (left.size > 0) draw()
    },
    end: () => void stderr.write('\r\u001b[K'),
  }
}

export async function run(call: Call): Promise<number> {
  const { world, given, flags } = call
  const checks = chosen(given.only)
  const { at, mail } = given
  if (at !== undefined && isIP(at) === 0) throw new UsageFault(`--at ${at} is no IP address.`)
  if (mail !== undefined && !/^[^\s@<>,]+@[^\s@<>,]+$/.test(mail))
    throw new UsageFault(`--mail ${mail} is no address: write it as in alice@example.com`)
  const file = configFile(call)
  // Without the files that it names: what is wrong with those the checks say.
  const reading = readConfigurationAlone(file, world)
  const { config } = reading
  if (config === undefined) {
    complain(reading, world)
    world.stderr.write(`\nFirst ${file} must be right: gatehouse check says the same.\n`)
    return 1
  }
  const shown = progress(world, checks)
  const report = await examine(
    checks,
    {
      config,
      outside: realOutside(world.clock, world.uid),
      versions: { gatehouse: version(), node: String(world.facts.node) },
      ...(at === undefined ? {} : { at }),
      ...(mail === undefined ? {} : { mailTo: mail }),
    },
    ({ check }) => shown.done(check),
  )
  shown.end()
  const { stdout, env } = world
  stdout.write(
    flags.has('json')
      ? reportJson(config.file, report)
      : reportText(`${config.domain} (${config.file})`, report, {
          colour: coloured(stdout, env),
          width: WIDTH,
        }),
  )
  return report.counts.fault === 0 ? 0 : 1
}
