/** Where log lines go: JSON by pino, or short text for a person at a terminal. */
import { pino } from 'pino'
import type { Clock, Log } from '../types.ts'
import { textLine } from './log-text.ts'

/** Fields that never appear, at the top of a line or one level down; nobody logs them, and if, then not. */
const SECRET = [
  'authorization',
  'proxy-authorization',
  'cookie',
  'cookies',
  'set-cookie',
  'password',
  'token',
  'secret',
  'session',
]

export type Level = 'debug' | 'info' | 'warn' | 'error'

export interface LogOptions {
  readonly format: 'json' | 'text'
  readonly level: Level
  readonly colour: boolean
  /** Milliseconds since the epoch. */
  readonly clock: Clock
  readonly write: (line: string) => void
}

/** Opens a log; nothing is buffered, so that the last line before a crash is there. */
export function openLog(options: LogOptions): Log {
  return options.format === 'json' ? jsonLog(options) : textLog(options)
}

function jsonLog({ level, clock, write }: LogOptions): Log {
  return pino(
    {
      level,
      base: null,
      serializers: { error: readable },
      timestamp: () => `,"time":"${new Date(clock()).toISOString()}"`,
      formatters: { level: label => ({ level: label }) },
      redact: { paths: SECRET.flatMap(name => [`["${name}"]`, `*["${name}"]`]), censor: '[hidden]' },
    },
    { write },
  )
}

/** Pino turns an Error under any other name than `err` into {}. */
function readable(value: unknown): unknown {
  return value instanceof Error ? (value.stack ?? value.message) : value
}

const ORDER: Readonly<Record<Level, number>> = { debug: 0, info: 1, warn: 2, error: 3 }

function textLog({ level, colour, clock, write }: LogOptions): Log {
  const at = (mine: Level) => (fields: object, message: string) => {
    if (ORDER[mine] >= ORDER[level]) write(textLine(clock(), mine, message, hide(fields), colour))
  }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function hide(fields: object, depth = 0): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (SECRET.includes(name.toLowerCase())) return [name, '[hidden]']
      const nested = typeof value === 'object' && value !== null && !Array.isArray(value) && depth === 0
      return [name, nested && !(value instanceof Error) ? hide(value, 1) : readable(value)]
    }),
  )
}
