/** The words of the session room: what is asked of Authelia, and what it may answer. Types and two helpers. */
import type { Identity, Level } from '../types.ts'

/** May this request pass? Every field is already the gateway's own reading, never a client's claim. */
export interface Question {
  /** The client's method, exactly as it came. */
  readonly method: string
  /** https for WebSockets too: a wss scheme would come back in the login address. */
  readonly scheme: 'https'
  /** Lower case, with `:port` unless 443. */
  readonly host: string
  /** Path and query, the very bytes (latin1), starting with `/`. */
  readonly target: string
  /** The visitor's address, canonical; empty where nobody knows it. */
  readonly client: string
  /** The session cookie's raw value. */
  readonly session: string | undefined
  /** The client's Authorization, only where the app takes Basic from Authelia. */
  readonly authorization: string | undefined
}

export interface Allow {
  readonly kind: 'allow'
  /** Undefined: nobody is logged in, and a bypass rule of Authelia's lets everybody through. */
  readonly identity: Identity | undefined
  /** Clock milliseconds at which it stops being fresh: `verdict_ttl` after it was asked for. */
  readonly until: number
}

export interface Unavailable {
  readonly kind: 'unavailable'
  /** `refused`: no connection; `status`: an answer that is none of Authelia's; `garbage`: not readable as one. */
  readonly reason: 'refused' | 'timeout' | 'status' | 'garbage'
  /** Seconds. */
  readonly retryAfter: number
  /** For the log; present with reason `status`. */
  readonly status?: number
  /** For the log alone, without secrets. */
  readonly detail?: string
}

/** Authelia's answer about one request. */
export type Verdict =
  | Allow
  /** Log in, or bring a second factor. `cookies`: Set-Cookie lines to relay, the session cookie's alone. */
  | { readonly kind: 'login'; readonly cookies: readonly string[] }
  /** The Authorization was refused: 401 with WWW-Authenticate. */
  | { readonly kind: 'challenge' }
  /** `rule`: where the rule is written that said no; the built-in portal tells it, Authelia does not. */
  | { readonly kind: 'deny'; readonly rule?: string }
  /** Authelia's 400; `tooLarge`: the address does not fit Authelia's read buffer (its 431). */
  | { readonly kind: 'malformed'; readonly tooLarge?: boolean }
  /** Too many failed or simultaneous Basic logins from that address. `retryAfter` in seconds. */
  | { readonly kind: 'busy'; readonly retryAfter: number }
  | Unavailable

/** Who a session belongs to and how well they proved it. */
export interface State {
  readonly user: string
  readonly level: Level
}

/** Numbers for the log. */
export interface SessionStats {
  /** Verdicts and states taken from the store. */
  readonly kept: number
  /** Exchanges with Authelia. */
  readonly asked: number
  /** Questions that waited for an equal one in flight. */
  readonly shared: number
  /** Allows given by `grace` while Authelia was unreachable. */
  readonly grace: number
  /** Exchanges that ended without an answer of Authelia's. */
  readonly failed: number
  /** Questions about Basic that were turned away unasked. */
  readonly limited: number
}

/**
 * For who asks about a session again and again: never answered from what is kept, nor by `grace`, so that a
 * yes is Authelia's own of now. Equal questions on their way are still asked once.
 */
export interface Anew {
  verdict(question: Question): Promise<Verdict>
  state(session: string): Promise<State | undefined | Unavailable>
}

export interface Sessions {
  /** Synchronous on a kept verdict: the hot way allocates no promise. Never rejects, never throws. */
  verdict(question: Question): Verdict | Promise<Verdict>
  /** Who a session is: undefined where it is nobody's. Does not count as activity at Authelia. Never rejects. */
  state(session: string): Promise<State | undefined | Unavailable>
  /**
   * Ends the session at Authelia. Whatever Authelia says, everything known of the session is forgotten
   * before this resolves. False: Authelia did not confirm, and the session may still live there.
   */
  signOut(session: string): Promise<boolean>
  /** Drops all verdicts and states of a session at once, those in flight included, and tells who listens. */
  forget(session: string): void
  /** The same questions, answered by Authelia itself. */
  readonly anew: Anew
  /** Calls `listener` for every session that is forgotten from now on, signed out of or told so from elsewhere. */
  onForget(listener: (session: string) => void): void
  /**
   * A logout is on its way to the portal: nothing of the session is kept from when this resolves until a
   * minute later, in no process. Undefined where one process alone serves, for which `forget` is enough.
   */
  ending?(session: string): Promise<void>
  stats(): SessionStats
  /** Waits for what is in flight, at most `timeout`. */
  close(): Promise<void>
}

/** Seconds after which a client may try again when Authelia is away. */
const RETRY_AFTER = 5

/** An `unavailable` verdict; `detail` and `status` are for the log and hold no secret. */
export function unavailable(reason: Unavailable['reason'], detail?: string, status?: number): Unavailable {
  return {
    kind: 'unavailable',
    reason,
    retryAfter: RETRY_AFTER,
    ...(detail === undefined ? {} : { detail }),
    ...(status === undefined ? {} : { status }),
  }
}

/** Tells what `state()` gave: an outage, or somebody (or nobody). */
export function isUnavailable(state: State | Verdict | undefined): state is Unavailable {
  return state !== undefined && 'kind' in state && state.kind === 'unavailable'
}
