/** The gateway's one way to ask who a visitor is: Authelia, or the built-in portal, behind one store. */
import type { Clock, Log } from '../types.ts'
import { type AutheliaOptions, openAuthelia } from './authelia.ts'
import { BASIC_LIMITS, type BasicLimits } from './basic-guard.ts'
import { Deadline } from './deadline.ts'
import { type Counters, usableSession } from './desk.ts'
import { Outage } from './outage.ts'
import { readLogout } from './read-state.ts'
import { StateDesk } from './state-desk.ts'
import type { Sessions } from './verdict.ts'
import { VerdictDesk } from './verdict-desk.ts'

export { BASIC_LIMITS, type BasicLimits, shareOf } from './basic-guard.ts'
export type { Allow, Anew, Question, SessionStats, Sessions, State, Unavailable, Verdict } from './verdict.ts'
export { isUnavailable } from './verdict.ts'

/** Names are those of gatehouse.yml, so that `authelia:` and `portal:` can be spread in. Times in milliseconds. */
export interface SessionsOptions extends AutheliaOptions {
  /** An allow's life from when it was asked for; nothing older is ever given, nor joined in flight. 0: off. */
  readonly verdict_ttl: number
  /** `app`: an allow holds for the whole host and method, where Authelia's rules depend on nothing else. */
  readonly verdict_scope?: 'request' | 'app'
  /** An allow's life from when it was asked for, while Authelia is unreachable. 0: off. */
  readonly grace: number
  readonly basic?: BasicLimits
}

export interface SessionsParts {
  readonly clock: Clock
  readonly log: Log
}

/** Opens the client and its store; nothing is connected before the first question. */
export function openSessions(options: SessionsOptions, parts: SessionsParts): Sessions {
  const { clock } = parts
  const authelia = openAuthelia(options)
  const counters: Counters = { kept: 0, asked: 0, shared: 0, grace: 0, failed: 0, limited: 0 }
  const deskParts = { authelia, clock, outage: new Outage(parts), counters }
  const deskOptions = {
    timeout: options.timeout,
    ttl: options.verdict_ttl,
    grace: options.grace,
    scope: options.verdict_scope ?? 'request',
    cookie: options.cookie,
    basic: options.basic ?? BASIC_LIMITS,
  }
  const states = new StateDesk(deskOptions, deskParts)
  const verdicts = new VerdictDesk(deskOptions, deskParts, session => states.drop(session))

  const listeners: ((session: string) => void)[] = []

  const forget = (session: string) => {
    verdicts.forget(session)
    states.forget(session)
    for (const listener of listeners) listener(session)
  }

  return {
    verdict: question => verdicts.verdict(question),
    state: session => states.state(session),
    async signOut(session) {
      // At once for what was allowed before, and again for what Authelia allowed until it knew.
      forget(session)
      if (usableSession(session) === undefined) return false
      const deadline = new Deadline(options.timeout)
      try {
        counters.asked++
        const done = readLogout(await authelia.logout(session, deadline))
        if (!done) counters.failed++
        return done
      } finally {
        deadline.end()
        forget(session)
      }
    },
    forget,
    anew: {
      verdict: question => verdicts.anew(question),
      state: session => states.anew(session),
    },
    onForget: listener => void listeners.push(listener),
    stats: () => ({ ...counters }),
    close: () => authelia.close(),
  }
}
