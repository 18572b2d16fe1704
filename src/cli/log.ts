/** The log of a command, by its options. */
import { type Level, openLog } from '../server/logs.ts'
import type { Log } from '../types.ts'
import { type Output, UsageFault, type World } from './command.ts'
import { coloured } from './terminal.ts'

const LEVELS: readonly Level[] = ['debug', 'info', 'warn', 'error']

/** @throws UsageFault for an unknown --log-format or --log-level */
export function logTo(output: Output, { env, clock }: World, given: Readonly<Record<string, string>>): Log {
  const format = given['log-format'] ?? (output.isTTY ? 'text' : 'json')
  if (format !== 'json' && format !== 'text') throw new UsageFault('--log-format is json or text.')
  const level = LEVELS.find(one => one === (given['log-level'] ?? 'info'))
  if (level === undefined) throw new UsageFault(`--log-level is one of ${LEVELS.join(', ')}.`)
  const write = (line: string) => void output.write(line)
  return openLog({ format, level, colour: coloured(output, env), clock, write })
}
