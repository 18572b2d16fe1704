/**
 * Sessions of one worker among several: what is forgotten in one is forgotten in all before anybody is
 * told that it is.
 */
import { usableSession } from '../../session/desk.ts'
import type { Sessions } from '../../session/sessions.ts'
import type { Clock } from '../../types.ts'

/** Has it done in all other workers. @returns whether they all have; never rejects */
export type SpreadTo = (kind: 'forget' | 'hold', session: string) => Promise<boolean>

export interface SharedSessions {
  /** Lets sessions take part; those of an earlier configuration stay until they are closed. */
  join(inner: Sessions): Sessions
  /** Another worker's wish. */
  forget(session: string): void
  hold(session: string): void
}

/** Longer than a portal may take to answer a logout, in milliseconds. */
const HOLD = 60_000
/** Logouts under way; the oldest gives way, since anybody can send a logout of any session. */
const MOST_HELD = 10_000

export function sharedSessions(spread: SpreadTo, clock: Clock): SharedSessions {
  /** With who listens to each. */
  const open = new Map<Sessions, ((session: string) => void)[]>()
  /** Until when nothing of a session is kept; in the order in which they came. */
  const held = new Map<string, number>()

  function forget(session: string): void {
    for (const inner of open.keys()) inner.forget(session)
    for (const listeners of open.values()) for (const listener of listeners) listener(session)
  }

  function hold(session: string): void {
    const now = clock()
    for (const [old, until] of held) {
      if (until > now && held.size < MOST_HELD) break
      held.delete(old)
    }
    held.delete(session)
    held.set(session, now + HOLD)
    for (const inner of open.keys()) inner.forget(session)
  }

  function isHeld(session: string): boolean {
    const until = held.get(session)
    if (until === undefined) return false
    if (until > clock()) return true
    held.delete(session)
    return false
  }

  function join(inner: Sessions): Sessions {
    const listeners: ((session: string) => void)[] = []
    open.set(inner, listeners)
    return {
      verdict(question) {
        const { session } = question
        // Asked anew each time, and not together with a question from before the logout.
        if (held.size > 0 && session !== undefined && isHeld(session)) inner.forget(session)
        return inner.verdict(question)
      },
      state: session => inner.state(session),
      anew: inner.anew,
      async signOut(session) {
        if (usableSession(session) === undefined) return inner.signOut(session)
        // As in one process: at once for what was allowed before, and again for what was until Authelia knew.
        forget(session)
        const first = spread('forget', session)
        const ended = await inner.signOut(session)
        forget(session)
        await first
        return (await spread('forget', session)) && ended
      },
      forget(session) {
        forget(session)
        if (usableSession(session) !== undefined) void spread('forget', session)
      },
      async ending(session) {
        if (usableSession(session) === undefined) return
        hold(session)
        await spread('hold', session)
      },
      // Not to the inner ones, which forget while they hold, too: a logout under way is none yet.
      onForget: listener => void listeners.push(listener),
      stats: () => inner.stats(),
      async close() {
        await inner.close()
        open.delete(inner)
      },
    }
  }

  return { forget, hold, join }
}
