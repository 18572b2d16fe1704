/** What the asking for verdicts and the asking for states have in common. */
import type { Clock } from '../types.ts'
import type { Authelia } from './authelia.ts'
import type { Outage } from './outage.ts'
import type { SessionStats, Unavailable } from './verdict.ts'

export type Counters = { -readonly [K in keyof SessionStats]: number }

export interface DeskOptions {
  /** Milliseconds for the whole answer. */
  readonly timeout: number
  readonly ttl: number
  readonly grace: number
  readonly scope: 'request' | 'app'
  readonly cookie: string
}

export interface DeskParts {
  readonly authelia: Authelia
  readonly clock: Clock
  readonly outage: Outage
  readonly counters: Counters
}

/** Milliseconds for which a question on its way is new enough for those who want to know how it is now. */
export const NEW = 500

/** How often a question is asked again because of a sign-out while it was on its way. */
export const ROUNDS = 3

/** RFC 6265 cookie-octet; Authelia's ids have 32 characters. */
const SESSION = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,256}$/

/**
 * A session id that may be asked about. Anything else is nobody's, an empty one above all: Authelia
 * answers it with a new session, which two strangers must not share.
 */
export function usableSession(session: string | undefined): string | undefined {
  return session !== undefined && SESSION.test(session) ? session : undefined
}

/** Whether `grace` applies: Authelia cannot be reached, or what stands before it says so. Not nonsense, not its own errors. */
export function unreachable(why: Unavailable): boolean {
  if (why.reason === 'refused' || why.reason === 'timeout') return true
  return why.reason === 'status' && (why.status === 502 || why.status === 503 || why.status === 504)
}
