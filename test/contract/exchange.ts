/** The recorded exchanges, and what a replay of one gave. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'

export type Headers = readonly (readonly [name: string, value: string])[]

export interface Exchange {
  readonly name: string
  readonly request: {
    readonly method: string
    readonly path: string
    readonly headers: Headers
    readonly body: string | null
  }
  readonly response: Answered
}

export interface Answered {
  readonly status: number
  /** Text: the UTF-8 of the wire's bytes. */
  readonly headers: Headers
  readonly body: string
}

/** The groups in the order in which they are replayed. */
export const GROUPS = [
  'forward-auth',
  'auth-request',
  'ext-authz',
  'misc',
  'api',
  'totp',
  'logout',
  'regulation',
  'refresh',
  'expiry',
] as const
export type Group = (typeof GROUPS)[number]

export const FOLDER = import.meta.dirname

export function exchanges(group: Group): Exchange[] {
  const lines = readFileSync(join(FOLDER, `${group}.jsonl`), 'utf8').split('\n')
  return lines.filter(line => line !== '').map(line => JSON.parse(line) as Exchange)
}

/** All values of a header, whatever the case of its name. */
export function valuesOf(headers: Headers, name: string): string[] {
  return headers.filter(([key]) => key.toLowerCase() === name.toLowerCase()).map(([, value]) => value)
}
