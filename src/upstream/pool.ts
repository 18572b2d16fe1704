import type { Dial } from './dial.ts'
import { Lane, type Passenger } from './lane.ts'
import type { Target } from './types.ts'

/** More idle connections than this are not kept: a burst of a thousand streams leaves no thousand sockets. */
const MAX_IDLE = 64

/**
 * The connections to one app. Unbounded, since a bound would let endless streams starve the rest; the last
 * one used is taken first, so that it is the least likely to be stale.
 */
export class Pool {
  readonly #dial: Dial
  readonly #timeouts: Target['timeouts']
  readonly #idle: Lane[] = []
  readonly #busy = new Set<Lane>()
  #closing = false
  /** Nothing may be tried again. */
  destroyed = false

  constructor(dial: Dial, timeouts: Target['timeouts']) {
    this.#dial = dial
    this.#timeouts = timeouts
  }

  /** A connection of one's own until `release` or `drop`; `fresh` for one that has carried no request. */
  take(passenger: Passenger, fresh: boolean): Lane {
    const lane = (fresh ? undefined : this.#idle.pop()) ?? new Lane(this.#dial, this.#timeouts, this.#forget)
    lane.passenger = passenger
    this.#busy.add(lane)
    return lane
  }

  /** Gives back a connection whose answer has ended well. */
  release(lane: Lane): void {
    lane.passenger = undefined
    this.#busy.delete(lane)
    if (this.#closing || this.#idle.length >= MAX_IDLE) retire(lane)
    else this.#idle.push(lane)
  }

  /** Cuts a connection: what failed is never used again. */
  drop(lane: Lane): void {
    lane.passenger = undefined
    this.#busy.delete(lane)
    lane.destroy()
  }

  /** Lets go of the idle connections, now and from here on. */
  close(): void {
    this.#closing = true
    for (const lane of this.#idle.splice(0)) retire(lane)
  }

  /** Cuts all connections. */
  destroy(): void {
    this.destroyed = true
    this.close()
    for (const lane of this.#busy) lane.destroy()
  }

  readonly #forget = (lane: Lane): void => {
    const at = this.#idle.indexOf(lane)
    if (at === -1) return
    this.#idle.splice(at, 1)
    retire(lane)
  }
}

/** Undici may still be at the end of this lane's last answer, so not `destroy`. */
function retire(lane: Lane): void {
  lane.client.close().catch(() => {})
}
