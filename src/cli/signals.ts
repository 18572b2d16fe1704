/** The signals that end a command which runs until it is told to stop. */
import type { Log } from '../types.ts'
import type { World } from './command.ts'

/**
 * Under Node 20, Ctrl-C reaches us twice: from the terminal, and passed on by bin/gatehouse. Signals
 * closer together than this are one, in milliseconds.
 */
const SAME_SIGNAL = 400

/** Resolves at the first signal to stop; the second one ends the process. */
export function untilEnded(world: World, log: Log): Promise<string> {
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
