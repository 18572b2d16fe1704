/** Which cookie domain a host belongs to, and which addresses are safe to send a visitor back to. */
import type { CookieDomain } from './settings.ts'

/** Whether the host is the domain or inside it. Exact and case-sensitive, as Authelia's HasDomainSuffix. */
export function inDomain(hostname: string, domain: string): boolean {
  return hostname === domain || hostname.endsWith(`.${domain}`)
}

/** The first cookie domain that the host is in. */
export function domainOf(cookies: readonly CookieDomain[], hostname: string): CookieDomain | undefined {
  return cookies.find(cookie => inDomain(hostname, cookie.domain))
}

/** A return address that was found safe. */
export interface SafeTarget {
  /** As the browser will be told, normalised by the URL standard. */
  readonly href: string
  readonly host: string
  readonly path: string
  readonly query: string
  readonly cookie: CookieDomain
}

const MOST_LENGTH = 4096
const HOSTNAME = /^[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?$/

function portOf(url: URL): number {
  return url.port === '' ? 443 : Number(url.port)
}

/**
 * Reads a return address; undefined unless every program would read it as https, without userinfo, on
 * a port of ours, inside a cookie domain. Stricter than Authelia, which takes any port, wss and userinfo
 * (oauth2-proxy GHSA-qqxw-m5fj-f7gv, GHSA-4mf2-f3wh-gvf2: backslash, tab, line feed, look-alike hosts).
 */
export function safeTarget(
  cookies: readonly CookieDomain[],
  text: string | undefined,
): SafeTarget | undefined {
  if (text === undefined || text.length > MOST_LENGTH) return undefined
  // Browsers drop tabs and line feeds and read a backslash as a slash: the text must need no such mercy.
  if (!/^https:\/\/[a-z0-9]/.test(text) || /[\x00-\x20\x7f\\]/.test(text)) return undefined
  const authority = /^https:\/\/([^/?#]*)/.exec(text)?.[1]
  if (authority === undefined || /[^a-z0-9.:-]/.test(authority) || !URL.canParse(text)) return undefined
  const url = new URL(text)
  if (url.protocol !== 'https:' || url.username !== '' || url.password !== '') return undefined
  if (!HOSTNAME.test(url.hostname) || authority.replace(/:\d+$/, '') !== url.hostname) return undefined
  const cookie = domainOf(cookies, url.hostname)
  if (cookie === undefined) return undefined
  const port = portOf(url)
  if (port !== portOf(new URL(cookie.portal)) && !cookie.ports.includes(port)) return undefined
  return { href: url.href, host: url.hostname, path: url.pathname, query: url.search, cookie }
}
