/** `gatehouse check`: all that is wrong with a configuration, at once. */
import { formatReading } from '../config/format.ts'
import type { Call } from './command.ts'
import { configFile, readConfiguration } from './config-file.ts'
import { coloured } from './terminal.ts'

export async function run(call: Call): Promise<number> {
  const { stdout, env } = call.world
  const file = configFile(call)
  const reading = readConfiguration(file, call.world)
  const { config, faults, warnings } = reading
  if (call.flags.has('json')) {
    const apps = config?.apps.map(({ name, hosts, policy }) => ({ name, hosts, policy }))
    stdout.write(`${JSON.stringify({ file, fine: config !== undefined, faults, warnings, apps }, null, 2)}\n`)
  } else {
    stdout.write(formatReading(file, reading, { colour: coloured(stdout, env) }))
  }
  return config ? 0 : 1
}
