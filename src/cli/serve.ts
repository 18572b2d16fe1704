/** `gatehouse serve`: runs the gateway until a signal ends it. */

import { type Gatehouse, StartFault } from '../server.ts'
import type { Call } from './command.ts'
import { complain, configFile } from './config-file.ts'
import { logTo } from './log.ts'
import { readPlaced } from './places.ts'
import { untilEnded } from './signals.ts'
import { start } from './start.ts'
import { version } from './version.ts'

export async function run(call: Call): Promise<number> {
  const { world } = call
  const log = logTo(world.stdout, world, call.given)
  const file = configFile(call)
  const read = () => readPlaced(file, call)
  const reading = read()
  complain(reading, world)
  if (!reading.config) return 1

  const ended = untilEnded(world, log)
  log.info({ version: version(), file: reading.config.file, ...world.facts }, 'gatehouse starts')
  let gatehouse: Gatehouse
  try {
    gatehouse = await start(read, reading, log, world)
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    world.stderr.write(`${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
    return 1
  }
  world.onSignal('SIGHUP', () => void gatehouse.reload())
  const { config, workers } = gatehouse
  log.info({ apps: config.apps.length, ...(workers > 1 && { workers }) }, 'ready')
  const signal = await ended
  log.info({ signal }, 'finishing what is under way; once more to stop at once')
  await gatehouse.stop()
  log.info({}, 'stopped')
  return 0
}
