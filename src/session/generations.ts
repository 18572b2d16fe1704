/**
 * A map that forgets. Two generations: what is young, and what was young before; the old one is dropped as a
 * whole, by age, by number or by weight. Nothing is moved on reading, so that a look-up costs two hashes.
 */
import type { Clock } from '../types.ts'

export interface GenerationsOptions {
  /** Milliseconds that an entry must at least live while there is room; twice that is the most it stays unused. */
  readonly life: number
  /** Bounds of one generation; there are two. */
  readonly mostKeys: number
  readonly mostBytes: number
}

export class Generations<V> {
  readonly #options: GenerationsOptions
  readonly #clock: Clock
  #young = new Map<string, V>()
  #old = new Map<string, V>()
  #bytes = 0
  #turned: number

  constructor(options: GenerationsOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#turned = clock()
  }

  young(key: string): V | undefined {
    return this.#young.get(key)
  }

  old(key: string): V | undefined {
    return this.#old.get(key)
  }

  /** Makes room for so many bytes more; call before `set`. */
  makeRoom(bytes: number): void {
    const { life, mostKeys, mostBytes } = this.#options
    const age = this.#clock() - this.#turned
    const aged = age > life || age < 0
    if (aged || this.#young.size >= mostKeys || this.#bytes + bytes > mostBytes) {
      this.#old = this.#young
      this.#young = new Map()
      this.#bytes = 0
      this.#turned = this.#clock()
    }
    this.#bytes += bytes
  }

  /** Puts an entry among the young; the key is copied. */
  set(key: string, value: V): void {
    this.#young.set(this.#young.has(key) ? key : ownCopy(key), value)
  }

  delete(key: string): void {
    this.#young.delete(key)
    this.#old.delete(key)
  }

  /** Entries of both generations; one that is in both counts twice. */
  get size(): number {
    return this.#young.size + this.#old.size
  }
}

/**
 * A latin1 string with memory of its own. V8 lets a piece of a string hold the whole: a kept session id
 * would keep the browser's 16 KB Cookie header.
 */
export function ownCopy(text: string): string {
  return text.length < 13 ? text : Buffer.from(text, 'latin1').toString('latin1')
}
