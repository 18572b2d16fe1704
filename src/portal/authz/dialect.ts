/** What tells the three dialects of forward auth apart; the decision is the same for all. */
import { type GoUrl, parseGoUrl } from '../go-url.ts'
import type { Incoming } from '../incoming.ts'

/** The request that the proxy asks about. */
export interface Target {
  readonly url: GoUrl
  readonly method: string
}

export interface Dialect {
  readonly name: 'forward-auth' | 'auth-request' | 'ext-authz'
  /** Undefined where a header is missing or makes no address: 400. */
  target(request: Incoming): Target | undefined
  /** Another portal to send strangers to, as the proxy asks; it must be inside the cookie domain. */
  portal(request: Incoming): string | undefined
  /** The status that sends a stranger to the portal. */
  redirect(request: Incoming, method: string): number
  /** The methods it may be called with; undefined for all. */
  readonly methods?: readonly string[]
}

/** Builds the target; a method has nothing but A-Z in it. */
export function makeTarget(address: string, method: string | undefined): Target | undefined {
  if (method === undefined || !/^[A-Z]+$/.test(method)) return undefined
  const url = parseGoUrl(address)
  return url === undefined ? undefined : { url, method }
}

/** The target as three forwarded headers tell it; protocol and host may not be missing. */
export function forwardedAddress(proto: string | undefined, host: string | undefined, uri: string): string {
  return proto === undefined || proto === '' || host === undefined || host === ''
    ? ''
    : `${proto}://${host}${uri}`
}

/** The portal that the query names. */
export function portalOfQuery(request: Incoming): string | undefined {
  // URLSearchParams would decode as UTF-8: fine here, since only ASCII passes the check of the domain.
  return request.query === ''
    ? undefined
    : (new URLSearchParams(request.query).get('authelia_url') ?? undefined)
}

function wantsHtml(request: Incoming): boolean {
  if (request.first('x-requested-with')?.toLowerCase() === 'xmlhttprequest') return false
  return (request.first('accept') ?? '').split(',').some((item, index) => {
    const type = item.split(';', 1)[0]?.trim()
    return type === 'text/html' || (index === 0 && type === '*/*')
  })
}

/** A browser is redirected, with 303 where it must not repeat a body; a script is told. */
export function redirectOrTell(request: Incoming, method: string): number {
  if (!wantsHtml(request)) return 401
  return method === 'GET' || method === 'HEAD' || method === 'OPTIONS' ? 302 : 303
}
