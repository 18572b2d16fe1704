/** The last steps: back to a clean address after a login, and who it is in the headers for the app. */
import { addForwarded } from '../upstream/forwarded.ts'
import { addIdentity } from '../upstream/identity-headers.ts'
import { claimFor } from './cookies.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Ground } from './ground.ts'
import { strip } from './strip.ts'

/** Step 7: arrive. Someone who comes back from the portal lands on the very address they asked for. */
export function arrive(exchange: Exchange): Answer | undefined {
  const { request, site } = exchange
  if (site === undefined || request.back === undefined) return undefined
  return { kind: 'redirect', location: `${site.origin}${request.target}`, cookies: [] }
}

/** Step 8: tell. Ours are set last, on headers from which every spelling of them was deleted. */
export function tell(exchange: Exchange, ground: Ground): Answer | undefined {
  const { request, site, identity, headers, arrival } = exchange
  // Who only asks gets the identity in the answer, and passes the request on itself.
  if (site === undefined || arrival.asked !== undefined) return undefined
  const { upstream_host: host, upstream } = site.app
  headers.push('Host', host === 'rewrite' ? upstream.host : site.authority)
  addForwarded(headers, {
    authority: site.authority,
    port: ground.port.slice(1) || '443',
    client: request.client,
  })
  addIdentity(headers, site.app, identity)
  let cookie = exchange.appCookie
  if (identity !== undefined && exchange.cookies !== undefined) {
    const { cookies } = exchange
    // With its Cookie header taken back (`Connection: cookie`) a request has none to own.
    const shown = cookie === cookies.app ? cookies : { ...cookies, app: cookie, owned: undefined }
    exchange.claimed = claimFor(shown, identity.user, request, ground.domain)
    cookie = exchange.claimed.cookie
  }
  if (cookie !== undefined) headers.push('Cookie', cookie)
  return undefined
}

/**
 * The headers for the portal's own pages: of the cookies the session alone, since Authelia answers 431
 * past 4096 bytes of headers, and its Authorization untouched (OpenID Connect's token endpoint).
 */
export function portalHeaders(exchange: Exchange, ground: Ground): string[] {
  strip(exchange, ground)
  const { headers, session, request } = exchange
  headers.push('Host', ground.portalAuthority)
  addForwarded(headers, {
    authority: ground.portalAuthority,
    port: ground.port.slice(1) || '443',
    client: request.client,
  })
  if (session.kind === 'one') headers.push('Cookie', `${ground.cookie}=${session.value}`)
  return headers
}
