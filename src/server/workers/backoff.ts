/** When a worker that died is replaced: at once, but one that dies again and again ever later. */

/** One that lived for so long had nothing against starting, milliseconds. */
const STEADY = 10_000
const FIRST = 500
const LONGEST = 30_000

export interface Backoff {
  /** Calls `start` when it is time for this worker. @param lived how long the one before did, milliseconds */
  after(worker: number, lived: number, start: () => void): void
  /** Nobody who waits is started any more, and all is forgiven. */
  clear(): void
}

export function backoff(): Backoff {
  const deaths = new Map<number, number>()
  const timers = new Map<number, NodeJS.Timeout>()
  return {
    after(worker, lived, start) {
      const before = lived >= STEADY ? 0 : (deaths.get(worker) ?? 0)
      deaths.set(worker, before + 1)
      const delay = before === 0 ? 0 : Math.min(LONGEST, FIRST * 2 ** (before - 1))
      clearTimeout(timers.get(worker))
      timers.set(worker, setTimeout(start, delay))
    },
    clear() {
      for (const timer of timers.values()) clearTimeout(timer)
      timers.clear()
      deaths.clear()
    },
  }
}
