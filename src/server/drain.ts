/** The end of listeners: what is in flight finishes, up to a point. */
import type { OpenListener } from './listener.ts'

/** How often connections that have become idle are ended, in milliseconds. */
const SWEEP = 250

/**
 * Takes no new connection, ends idle ones as they become idle, and cuts what is left after `limit`
 * milliseconds: endless streams and WebSockets. Resolves when no connection is left.
 * @returns whether nothing had to be cut
 */
export async function drain(listeners: readonly OpenListener[], limit: number): Promise<boolean> {
  let whole = true
  const left = Promise.all(listeners.map(listener => listener.leave()))
  const sweeping = setInterval(() => {
    for (const listener of listeners) listener.sweep()
  }, SWEEP)
  const cutting = setTimeout(() => {
    whole = false
    for (const listener of listeners) listener.destroy()
  }, limit)
  await left
  clearInterval(sweeping)
  clearTimeout(cutting)
  return whole
}
