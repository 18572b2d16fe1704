/** Which programs of the house run on its machine. */
import type { Config } from '../../config/model.ts'

/** Whether Authelia runs on the same machine, by its address. */
export function hasAutheliaHere({ authelia }: Config): boolean {
  if (authelia === undefined) return false
  const host = new URL(authelia.url).hostname
  return host === 'localhost' || host === '[::1]' || /^127\./.test(host)
}
