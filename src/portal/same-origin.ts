/** Whether a request that changes something comes from the portal's own pages. */
import type { Incoming } from './incoming.ts'

/**
 * For forms: the browser must say that it comes from here, by Sec-Fetch-Site or by Origin. A sibling app
 * is same-site, and SameSite=Lax does not stop it (login forced on a victim: Pomerium CVE-2021-29652).
 */
export function fromOwnPage(request: Incoming, origin: string): boolean {
  const site = request.first('sec-fetch-site')
  const from = request.first('origin')
  if (site !== undefined && site !== 'same-origin') return false
  if (from === undefined || from === 'null') return site === 'same-origin'
  return from === origin
}

/** For the API, which programs call too: what a browser sends from elsewhere is refused. */
export function notFromElsewhere(request: Incoming, origin: string | undefined): boolean {
  const from = request.first('origin')
  const site = request.first('sec-fetch-site')
  if (from === undefined && site === undefined) return true
  if (site === 'none' && from === undefined) return true
  return origin !== undefined && fromOwnPage(request, origin)
}
