/** Time that a test moves. */
import type { After } from '../../src/door/streams/after.ts'

const NOON = Date.UTC(2026, 10, 24, 12)

/** Lets everything that is ready run. */
export const settle = () => new Promise<void>(resolve => setImmediate(resolve))

/** A clock and timers that stand still until they are moved. */
export function openTime(from = NOON) {
  const timers = new Set<{ readonly at: number; readonly run: () => void }>()
  const time = {
    now: from,
    clock: () => time.now,
    after: ((ms, run) => {
      const timer = { at: time.now + ms, run }
      timers.add(timer)
      return () => void timers.delete(timer)
    }) satisfies After,
    /** Lets so many milliseconds pass; whatever falls due on the way is run and comes to rest. */
    async pass(ms: number) {
      const end = time.now + ms
      for (;;) {
        await settle()
        const [next] = [...timers].filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)
        if (next === undefined) break
        timers.delete(next)
        time.now = Math.max(time.now, next.at)
        next.run()
      }
      time.now = end
      await settle()
    },
    /** Timers that are set. */
    size: () => timers.size,
  }
  return time
}
