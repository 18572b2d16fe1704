/** `gatehouse render`: what would be put in place, as files or as a difference. It changes nothing of the house. */
import { resolve } from 'node:path'
import { machine } from '../config/host.ts'
import { currentOf, HouseError, openHouse } from '../deploy/house.ts'
import { planOf } from '../deploy/plan.ts'
import { type Change, colourful, differences } from '../deploy/tree/difference.ts'
import { standingIn } from '../deploy/tree/standing.ts'
import { TreeError, writeTree } from '../deploy/tree/write-tree.ts'
import type { Plan } from '../deploy/types.ts'
import { codeOf } from '../server/start-fault.ts'
import { type Call, UsageFault } from './command.ts'
import { complain, configFile, readConfiguration } from './config-file.ts'
import { coloured } from './terminal.ts'

export async function run(call: Call): Promise<number> {
  const { world, given, flags } = call
  if ((given.out === undefined) === !flags.has('diff'))
    throw new UsageFault('One of --out FOLDER and --diff is wanted.')
  if (flags.has('json') && !flags.has('diff')) throw new UsageFault('--json goes with --diff.')
  const reading = readConfiguration(configFile(call), world)
  complain(reading, world)
  if (reading.config === undefined) return 1
  try {
    const plan = planOf(openHouse(reading.config, machine(world.cwd, world.clock)))
    if (given.out !== undefined) return write(call, resolve(world.cwd, given.out), plan)
    return compare(call, currentOf(reading.config.deploy.folder), plan)
  } catch (error) {
    const said = explain(error)
    if (said === undefined) throw error
    world.stderr.write(`${said}\n`)
    return 1
  }
}

function write({ world }: Call, folder: string, { files }: Plan): number {
  const { removed } = writeTree(folder, files)
  const width = Math.max(...files.map(({ path }) => path.length))
  for (const { path, about } of files) world.stdout.write(`${path.padEnd(width)}  ${about}\n`)
  const also = removed === 0 ? '' : `, and ${count(removed, 'file')} of before removed`
  world.stderr.write(`${count(files.length, 'file')} written to ${folder}${also}. No secret is in them.\n`)
  return 0
}

function compare({ world, flags }: Call, current: string, { files }: Plan): number {
  const standing = standingIn(current)
  const changes = differences(standing, files)
  if (flags.has('json')) world.stdout.write(`${JSON.stringify({ current, changes }, null, 2)}\n`)
  else show(changes, world)
  const nothing = standing.size === 0 ? `Nothing stands at ${current} yet: all of it is new. ` : ''
  const sum =
    changes.length === 0
      ? `Nothing would change at ${current}.`
      : `${nothing}${count(changes.length, 'file')} would change. Nothing was changed.`
  world.stderr.write(`${sum}\n`)
  return changes.length === 0 ? 0 : 1
}

function show(changes: readonly Change[], { stdout, env }: Call['world']): void {
  const colour = coloured(stdout, env)
  for (const { text } of changes) stdout.write(colour ? colourful(text) : text)
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

function explain(error: unknown): string | undefined {
  if (error instanceof HouseError) return `${error.message}\nTo make them: ${error.hint}`
  if (error instanceof TreeError) return `${error.message}\nName an empty folder, or one that does not exist.`
  const system = codeOf(error)
  return system !== undefined && error instanceof Error ? error.message : undefined
}
