/** The time that one question may take in all: connecting, waiting in a queue, head, body and a retry. */
export class Deadline {
  #expired = false
  #timer: NodeJS.Timeout
  #waiting = new Set<() => void>()

  /** Starts to run at once. Whoever opens one must `end` it. */
  constructor(milliseconds: number) {
    this.#timer = setTimeout(() => {
      this.#expired = true
      const waiting = [...this.#waiting]
      this.#waiting.clear()
      for (const call of waiting) call()
    }, milliseconds)
  }

  get expired(): boolean {
    return this.#expired
  }

  /** Calls back when the time is over; the answer takes the call back. Not called once expired. */
  onExpiry(call: () => void): () => void {
    this.#waiting.add(call)
    return () => this.#waiting.delete(call)
  }

  end(): void {
    clearTimeout(this.#timer)
    this.#waiting.clear()
  }
}
