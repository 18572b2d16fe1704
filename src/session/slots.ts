/** So many things at a time, so many of them of one key, and a short queue for the rest. */
import type { Deadline } from './deadline.ts'

export interface SlotOptions {
  /** Running at a time, in all and of one key. */
  readonly most: number
  readonly mostOfKey: number
  /** Waiting at a time, in all and of one key. */
  readonly queue: number
  readonly queueOfKey: number
}

interface Waiter {
  readonly key: string
  readonly start: () => void
}

export class Slots {
  readonly #options: SlotOptions
  readonly #running = new Map<string, number>()
  readonly #waiting = new Set<Waiter>()
  /** How many wait, by key. */
  readonly #waitingOf = new Map<string, number>()
  #count = 0

  constructor(options: SlotOptions) {
    this.#options = options
  }

  /** Waits for a slot: true, and the caller must `leave`; false where the queue is full or the time is over. */
  enter(key: string, deadline: Deadline): Promise<boolean> {
    if (this.#free(key)) {
      this.#take(key)
      return Promise.resolve(true)
    }
    if (deadline.expired || this.#queueIsFull(key)) return Promise.resolve(false)
    return new Promise(resolve => {
      const waiter: Waiter = {
        key,
        start: () => {
          forget()
          this.#take(key)
          resolve(true)
        },
      }
      const forget = deadline.onExpiry(() => {
        this.#unqueue(waiter)
        resolve(false)
      })
      this.#waiting.add(waiter)
      this.#waitingOf.set(key, (this.#waitingOf.get(key) ?? 0) + 1)
    })
  }

  #queueIsFull(key: string): boolean {
    const { queue, queueOfKey } = this.#options
    return this.#waiting.size >= queue || (this.#waitingOf.get(key) ?? 0) >= queueOfKey
  }

  #unqueue(waiter: Waiter): void {
    if (!this.#waiting.delete(waiter)) return
    const left = (this.#waitingOf.get(waiter.key) ?? 1) - 1
    if (left > 0) this.#waitingOf.set(waiter.key, left)
    else this.#waitingOf.delete(waiter.key)
  }

  leave(key: string): void {
    this.#count--
    const running = (this.#running.get(key) ?? 1) - 1
    if (running <= 0) this.#running.delete(key)
    else this.#running.set(key, running)
    for (const waiter of this.#waiting) {
      if (!this.#free(waiter.key)) continue
      this.#unqueue(waiter)
      waiter.start()
      return
    }
  }

  #free(key: string): boolean {
    return this.#count < this.#options.most && (this.#running.get(key) ?? 0) < this.#options.mostOfKey
  }

  #take(key: string): void {
    this.#count++
    this.#running.set(key, (this.#running.get(key) ?? 0) + 1)
  }
}
