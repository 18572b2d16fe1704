/**
 * A deadline that is moved at every request and hardly ever reached: moving it costs a look at the clock and
 * no timer. Node's timer runs to the earliest place the deadline had, and then on to where it is.
 */
export class Deadline {
  readonly #reached: () => void
  #at = Number.POSITIVE_INFINITY
  #timer: NodeJS.Timeout | undefined
  #rings = Number.POSITIVE_INFINITY

  constructor(reached: () => void) {
    this.#reached = reached
  }

  /** So many milliseconds from now; 0 is never. */
  in(ms: number): void {
    if (ms === 0) {
      this.#at = Number.POSITIVE_INFINITY
      return
    }
    this.#at = performance.now() + ms
    if (this.#at < this.#rings) this.#wind(ms)
  }

  /** No timer is left. */
  end(): void {
    clearTimeout(this.#timer)
    this.#at = this.#rings = Number.POSITIVE_INFINITY
  }

  #wind(ms: number): void {
    clearTimeout(this.#timer)
    this.#rings = performance.now() + ms
    // Whole milliseconds, rounded up: a timer that rings early would only be wound again.
    this.#timer = setTimeout(ring, Math.ceil(ms), this).unref()
  }

  ring(): void {
    this.#rings = Number.POSITIVE_INFINITY
    if (this.#at === Number.POSITIVE_INFINITY) return
    const left = this.#at - performance.now()
    if (left > 0) {
      this.#wind(left)
      return
    }
    this.#at = Number.POSITIVE_INFINITY
    this.#reached()
  }
}

function ring(deadline: Deadline): void {
  deadline.ring()
}
