/** Where a stranger is sent: the portal, with the way back. */
import { inDomain } from '../domains.ts'
import { parseGoUrl, queryEscape } from '../go-url.ts'
import type { CookieDomain } from '../settings.ts'
import type { Target } from './dialect.ts'

/**
 * The portal's address for this domain; undefined where the proxy named one that is outside of it, which
 * would take the visitor's password elsewhere.
 */
export function portalOf(cookie: CookieDomain, named: string | undefined): string | undefined {
  if (named === undefined || named === '') return cookie.portal
  const url = parseGoUrl(named)
  const inside =
    url !== undefined && url.userinfo === '' && /^[\x21-\x7e]+$/.test(named) && !named.includes('\\')
  return inside && url.scheme === 'https' && inDomain(url.hostname, cookie.domain) ? url.href : undefined
}

/** The login address for a target: `https://auth.example.com/?rd=…&rm=GET`. */
export function loginLink(portal: string, target: Target): string {
  const mark = portal.indexOf('?')
  const base = mark < 0 ? portal : portal.slice(0, mark)
  const own =
    mark < 0
      ? []
      : portal
          .slice(mark + 1)
          .split('&')
          .filter(pair => !/^r[dm](=|$)/.test(pair))
  const path = /^https:\/\/[^/]+$/.test(base) ? `${base}/` : base
  return `${path}?${[...own, `rd=${queryEscape(target.url.href)}`, `rm=${target.method}`].join('&')}`
}
