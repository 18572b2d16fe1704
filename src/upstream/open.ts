import type { Target, Upstream } from './types.ts'

/**
 * Opens the way to one app. Connects only when asked to.
 * @throws {Error} ENOENT and the like when the `ca` file cannot be read.
 */
export function openUpstream(_target: Target): Upstream {
  throw new Error('not yet')
}
