/** The gateway's one way to ask who a visitor is: Authelia, or the built-in portal, behind one store. */
import type { Clock, Log } from '../types.ts'
import type { Sessions } from './verdict.ts'

export type { Allow, Question, SessionStats, Sessions, State, Unavailable, Verdict } from './verdict.ts'
export { isUnavailable } from './verdict.ts'

/** Names are those of gatehouse.yml, so that `authelia:` and `portal:` can be spread in. Times in milliseconds. */
export interface SessionsOptions {
  /** Where Authelia listens, `http://127.0.0.1:9091`; a path is kept in front of `/api`. */
  readonly origin: string
  /** A unix socket that is connected to instead of `origin`'s host (the built-in portal). */
  readonly socket?: string
  /** The session cookie's name. */
  readonly cookie: string
  /** The portal's origin as browsers see it. */
  readonly portal: string
  /** Connection, head and body together. */
  readonly timeout: number
  readonly verdict_ttl: number
  readonly verdict_scope?: 'request' | 'app'
  readonly grace: number
}

export interface SessionsParts {
  readonly clock: Clock
  readonly log: Log
}

/** Opens the client and its store; nothing is connected before the first question. */
export function openSessions(_options: SessionsOptions, _parts: SessionsParts): Sessions {
  throw new Error('openSessions is not built yet')
}
