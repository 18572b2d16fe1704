/** The load generator: wrk, one thread on a core of its own. */
import { join } from 'node:path'
import { find } from '../../scripts/programs.ts'
import { readCore } from './proc.ts'
import type { Stage } from './stage.ts'
import { LeftOut, type Load } from './types.ts'

/** Enough to keep one core busy, few enough that nobody waits long in a queue. */
export const CONNECTIONS = 32

const SCRIPT = join(import.meta.dirname, 'wrk.lua')

/** The line that wrk.lua writes. @throws Error where wrk wrote none */
export function parseLoad(said: string): Load {
  const line = said.split('\n').find(one => one.startsWith('{"requests"'))
  if (line === undefined) throw new Error(`wrk gave no figures:\n${said}`)
  return JSON.parse(line) as Load
}

export interface Target {
  readonly port: number
  readonly headers: Readonly<Record<string, string>>
  readonly seconds: number
  readonly core: number
  /** So many sessions and apps in turn, instead of one: see wrk.lua. */
  readonly rotate?: { readonly sessions: number; readonly apps: number; readonly from?: number }
}

/** Runs it to its end. @returns what it saw, and how busy its core was, 0 to 1 */
export async function load(stage: Stage, target: Target): Promise<Load & { readonly generator: number }> {
  const wrk = find('wrk')
  if (wrk === undefined) throw new LeftOut('wrk, the load generator, is not here')
  const headers = Object.entries(target.headers).flatMap(([name, value]) => ['-H', `${name}: ${value}`])
  const { sessions, apps, from } = target.rotate ?? { sessions: 0, apps: 0 }
  const args = [
    '-t1',
    `-c${CONNECTIONS}`,
    `-d${target.seconds}s`,
    '--timeout',
    '10s',
    '-s',
    SCRIPT,
    ...headers,
  ]
  const url = `http://127.0.0.1:${target.port}/`
  const rotate =
    sessions > 0 ? ['--', String(sessions), String(apps), ...(from === undefined ? [] : [String(from)])] : []
  const program = stage.start(wrk, [...args, url, ...rotate], { core: target.core })
  const before = readCore(target.core)
  const code = await program.gone
  const core = readCore(target.core)
  if (code !== 0) throw new Error(`wrk ended with ${code}:\n${program.said()}`)
  const generator = (core.busy - before.busy) / Math.max(1, core.all - before.all)
  return { ...parseLoad(program.said()), generator }
}
