/** Token buckets by key, in a bounded table. */
import type { Clock } from '../types.ts'

export interface BucketOptions {
  /** Tokens of a full bucket. */
  readonly capacity: number
  /** Milliseconds after which one token more is there. */
  readonly refill: number
  readonly mostKeys: number
}

interface Bucket {
  tokens: number
  counted: number
}

export class Buckets {
  readonly #options: BucketOptions
  readonly #clock: Clock
  /** In the order of their last use; a full bucket needs no entry. */
  readonly #buckets = new Map<string, Bucket>()

  constructor(options: BucketOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
  }

  #bucket(key: string): Bucket {
    const { capacity, refill, mostKeys } = this.#options
    const now = this.#clock()
    const bucket = this.#buckets.get(key) ?? { tokens: capacity, counted: now }
    // A clock that was set back gives nothing.
    const gained = Math.max(0, now - bucket.counted) / refill
    bucket.tokens = Math.min(capacity, bucket.tokens + gained)
    bucket.counted = now
    this.#buckets.delete(key)
    this.#buckets.set(key, bucket)
    if (this.#buckets.size > mostKeys) {
      const [oldest] = this.#buckets.keys()
      if (oldest !== undefined) this.#buckets.delete(oldest)
    }
    return bucket
  }

  /** Takes a token: 0, or the milliseconds until there is one. */
  take(key: string): number {
    const bucket = this.#bucket(key)
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) * this.#options.refill)
    bucket.tokens -= 1
    return 0
  }

  /** Gives a token back that was taken for nothing. */
  giveBack(key: string): void {
    const bucket = this.#bucket(key)
    bucket.tokens = Math.min(this.#options.capacity, bucket.tokens + 1)
    if (bucket.tokens >= this.#options.capacity) this.#buckets.delete(key)
  }

  get size(): number {
    return this.#buckets.size
  }
}
