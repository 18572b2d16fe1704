import { Connection } from './connection.ts'
import type { Dial } from './dial.ts'
import { UpstreamError } from './fault.ts'
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
  readonly #idle: Connection[] = []
  readonly #busy = new Set<Connection>()
  #closing = false
  /** Nothing may be tried again. */
  destroyed = false

  constructor(dial: Dial, timeouts: Target['timeouts']) {
    this.#dial = dial
    this.#timeouts = timeouts
  }

  /** A connection of one's own until `release` or `drop`; `fresh` for one that has carried no request. */
  take(fresh: boolean): Connection {
    const idle = fresh ? undefined : this.#idle.pop()
    const connection = idle ?? new Connection(this.#dial, this.#timeouts, this.#forget)
    this.#busy.add(connection)
    return connection
  }

  /** Gives back a connection whose answer has ended well. */
  release(connection: Connection): void {
    this.#busy.delete(connection)
    if (this.#closing || this.#idle.length >= MAX_IDLE) connection.destroy()
    else if (connection.release()) this.#idle.push(connection)
  }

  /** Cuts a connection: what failed is never used again. */
  drop(connection: Connection): void {
    this.#busy.delete(connection)
    connection.destroy()
  }

  /** Lets go of the idle connections, now and from here on. */
  close(): void {
    this.#closing = true
    for (const connection of this.#idle.splice(0)) connection.destroy()
  }

  /** Cuts all connections. */
  destroy(): void {
    this.destroyed = true
    this.close()
    for (const connection of this.#busy)
      connection.cut(new UpstreamError('cut', 'this upstream has been shut'))
  }

  readonly #forget = (connection: Connection): void => {
    const at = this.#idle.indexOf(connection)
    if (at !== -1) this.#idle.splice(at, 1)
  }
}
