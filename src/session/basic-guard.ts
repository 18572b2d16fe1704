/**
 * What stands before a Basic login: Authelia spends 240 ms to 2 s and up to 64 MB of memory on each, so
 * that a few clients could keep it from everybody else, or try passwords without end.
 */
import type { Clock } from '../types.ts'
import { Buckets } from './buckets.ts'
import type { Deadline } from './deadline.ts'
import { networkKey } from './network-key.ts'
import { Slots } from './slots.ts'
import type { Verdict } from './verdict.ts'

export interface BasicLimits {
  /** Failed logins of one address (IPv6: one /64) in a row before it has to wait. */
  readonly failures: number
  /** Milliseconds after which one more is allowed. */
  readonly refill: number
  /** Logins at a time, in all and of one address. */
  readonly most: number
  readonly mostOfAddress: number
}

export const BASIC_LIMITS: BasicLimits = { failures: 10, refill: 10_000, most: 8, mostOfAddress: 4 }

/** The limits of one process among several, whose clients come to each about equally often. */
export function shareOf(limits: BasicLimits, share: number): BasicLimits {
  const part = (whole: number) => Math.max(1, Math.ceil(whole * share))
  const { failures, most, mostOfAddress } = limits
  const refill = Math.round(limits.refill / share)
  return { failures: part(failures), refill, most: part(most), mostOfAddress: part(mostOfAddress) }
}

const MOST_ADDRESSES = 10_000
const QUEUE = 64
const QUEUE_OF_ADDRESS = 16

export class BasicGuard {
  readonly #failures: Buckets
  readonly #slots: Slots

  constructor(limits: BasicLimits, clock: Clock) {
    const { failures, refill, most, mostOfAddress } = limits
    this.#failures = new Buckets({ capacity: failures, refill, mostKeys: MOST_ADDRESSES }, clock)
    this.#slots = new Slots({ most, mostOfKey: mostOfAddress, queue: QUEUE, queueOfKey: QUEUE_OF_ADDRESS })
  }

  /** Asks when it is the client's turn; `busy` where it has failed too often, or too many are waiting. */
  async ask(client: string, deadline: Deadline, ask: () => Promise<Verdict>): Promise<Verdict> {
    const key = networkKey(client)
    if (!(await this.#slots.enter(key, deadline))) return { kind: 'busy', retryAfter: 1 }
    try {
      // Taken before the answer is known: guesses sent all at once must not pass all at once.
      const wait = this.#failures.take(key)
      if (wait > 0) return { kind: 'busy', retryAfter: Math.ceil(wait / 1000) }
      const verdict = await ask()
      if (!failed(verdict)) this.#failures.giveBack(key)
      return verdict
    } finally {
      this.#slots.leave(key)
    }
  }
}

/**
 * Whether an answer counts as a failed login. A bypass rule answers a wrong password with an anonymous
 * allow, and a deny rule with 403: they tell a guesser as much. So does an answer that takes too long.
 */
function failed(verdict: Verdict): boolean {
  switch (verdict.kind) {
    case 'allow':
      return verdict.identity === undefined
    case 'challenge':
    case 'deny':
      return true
    case 'unavailable':
      return verdict.reason === 'timeout'
    default:
      return false
  }
}
