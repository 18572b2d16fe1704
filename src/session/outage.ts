/** Says in the log when Authelia goes away and when it is back, and not each of ten thousand times between. */
import type { Clock, Log } from '../types.ts'
import type { Unavailable } from './verdict.ts'

/** Milliseconds between two lines about the same outage. */
const EVERY = 10_000

export class Outage {
  readonly #clock: Clock
  readonly #log: Log
  #since: number | undefined
  #said = 0
  #failures = 0

  constructor(parts: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = parts.clock
    this.#log = parts.log
  }

  failed(why: Unavailable): void {
    const now = this.#clock()
    this.#failures++
    const first = this.#since === undefined
    this.#since ??= now
    if (!first && Math.abs(now - this.#said) < EVERY) return
    this.#said = now
    const { reason, detail } = why
    this.#log.warn({ reason, detail, failures: this.#failures }, 'Authelia gave no usable answer')
  }

  answered(): void {
    if (this.#since === undefined) return
    const seconds = Math.max(0, Math.round((this.#clock() - this.#since) / 1000))
    this.#log.info({ failures: this.#failures, seconds }, 'Authelia answers again')
    this.#since = undefined
    this.#failures = 0
  }
}
