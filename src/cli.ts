/** The command line: finds the command, reads its arguments, and tells how it went by the exit code. */
import { isHelp, readArguments } from './cli/arguments.ts'
import { type Command, UsageFault, type World } from './cli/command.ts'
import { COMMANDS, LATER } from './cli/commands.ts'
import { helpFor, overview, usage } from './cli/help.ts'
import { version } from './cli/version.ts'
import { nearest } from './lib/suggest.ts'

export type { World } from './cli/command.ts'

/**
 * Runs what was typed after `gatehouse`.
 * @returns the exit code: 0 fine, 1 a fault was found, 2 wrong usage
 */
export async function run(args: readonly string[], world: World): Promise<number> {
  const [name, rest] = split(args)
  if (name === undefined) {
    if (rest.includes('--version') || rest.includes('-v')) return print(world, `${version()}\n`)
    if (rest.some(word => isHelp(word.replace(/^-+/, '')))) return print(world, overview(COMMANDS, version()))
    world.stderr.write(overview(COMMANDS, version()))
    return 2
  }
  if (name === 'help') return help(rest[0], world)
  const command = COMMANDS.find(one => one.name === name)
  if (command === undefined) return unknown(name, world)
  try {
    const { given, flags, words } = readArguments(command, rest)
    if (flags.has('help')) return print(world, helpFor(command))
    const { run } = await command.load()
    return await run({ world, given, flags, words })
  } catch (error) {
    if (!(error instanceof UsageFault)) throw error
    world.stderr.write(`${error.message}\n${usage(command)}\nMore: gatehouse ${command.name} --help\n`)
    return 2
  }
}

/** The command, and all else in its order: `gatehouse --config x check` is `gatehouse check --config x`. */
function split(args: readonly string[]): [command: string | undefined, rest: readonly string[]] {
  let at = 0
  while (args[at]?.startsWith('-')) at += args[at] === '--config' ? 2 : 1
  return [args[at], [...args.slice(0, at), ...args.slice(at + 1)]]
}

function help(name: string | undefined, world: World): number {
  if (name === undefined) return print(world, overview(COMMANDS, version()))
  const command: Command | undefined = COMMANDS.find(one => one.name === name)
  return command ? print(world, helpFor(command)) : unknown(name, world)
}

function unknown(name: string, world: World): number {
  if (LATER.includes(name)) {
    world.stderr.write(`gatehouse ${name} comes with a later version.\n`)
    return 2
  }
  const names = COMMANDS.map(one => one.name)
  const meant = nearest(name, names)
  const hint = meant ? `Did you mean "gatehouse ${meant}"?` : `There are ${names.join(', ')}.`
  world.stderr.write(`gatehouse has no command "${name}". ${hint}\n`)
  return 2
}

function print(world: World, text: string): number {
  world.stdout.write(text)
  return 0
}
