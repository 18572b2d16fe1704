/** `gatehouse serve`: runs the gateway until a signal ends it. */

import { type Level, openLog } from '../server/logs.ts'
import { type Gatehouse, StartFault } from '../server.ts'
import type { Log } from '../types.ts'
import { type Call, UsageFault, type World } from './command.ts'
import { complain, configFile, readConfiguration } from './config-file.ts'
import { start } from './start.ts'
import { coloured } from './terminal.ts'
import { version } from './version.ts'

/**
 * Under Node 20, Ctrl-C reaches us twice: from the terminal, and passed on by bin/gatehouse. Signals
 * closer together than this are one, in milliseconds.
 */
const SAME_SIGNAL = 400

export async function run(call: Call): Promise<number> {
  const { world } = call
  const log = logOf(call)
  const file = configFile(call)
  const reading = readConfiguration(file, world)
  complain(reading, world)
  if (!reading.config) return 1

  const ended = endSignal(world, log)
  log.info({ version: version(), file: reading.config.file, ...world.facts }, 'gatehouse starts')
  let gatehouse: Gatehouse
  try {
    gatehouse = await start(file, reading, log, world)
  } catch (error) {
    if (!(error instanceof StartFault)) throw error
    world.stderr.write(`${error.message}\n${error.hint ? `  ${error.hint}\n` : ''}`)
    return 1
  }
  world.onSignal('SIGHUP', () => void gatehouse.reload())
  log.info({ apps: gatehouse.config.apps.length }, 'ready')
  const signal = await ended
  log.info({ signal }, 'finishing what is under way; once more to stop at once')
  await gatehouse.stop()
  log.info({}, 'stopped')
  return 0
}

/** Resolves at the first signal to stop; the second one ends the process. */
function endSignal(world: World, log: Log): Promise<string> {
  return new Promise(resolve => {
    let first: number | undefined
    for (const signal of ['SIGINT', 'SIGTERM'] as const) {
      world.onSignal(signal, () => {
        const now = world.clock()
        if (first === undefined) {
          first = now
          resolve(signal)
        } else if (now - first > SAME_SIGNAL) {
          log.warn({ signal }, 'stopped at once')
          world.exit(signal === 'SIGINT' ? 130 : 143)
        }
      })
    }
  })
}

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']

function logOf({ given, world }: Call): Log {
  const { stdout, env, clock } = world
  const format = given['log-format'] ?? (stdout.isTTY ? 'text' : 'json')
  if (format !== 'json' && format !== 'text') throw new UsageFault('--log-format is json or text.')
  const level = LEVELS.find(one => one === (given['log-level'] ?? 'info'))
  if (level === undefined) throw new UsageFault(`--log-level is one of ${LEVELS.join(', ')}.`)
  const write = (line: string) => void stdout.write(line)
  return openLog({ format, level, colour: coloured(stdout, env), clock, write })
}
