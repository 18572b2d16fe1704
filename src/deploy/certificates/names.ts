/** Which names the house's own certificate is for. Pure. */
import { isIP } from 'node:net'
import { parse } from 'tldts'
import type { Config } from '../../config/model.ts'

const inside = (host: string, domain: string): boolean => host === domain || host.endsWith(`.${domain}`)

/** Hosts of the portal, of every app and of every OpenID Connect app that is the house's to serve. */
function hosts({ domain, session, apps, oidc_apps }: Config): string[] {
  // Elsewhere and not behind the rendered NGINX (Cloudflare, say): somebody else's to certify.
  const ours = oidc_apps.filter(({ host, upstream }) => inside(host, domain) || upstream !== undefined)
  const all = [session.portal_host, ...apps.flatMap(app => app.hosts), ...ours.map(({ host }) => host)]
  return [...new Set(all)].filter(host => isIP(host) === 0)
}

/** Whether a name of a certificate is valid for a host; a star stands for one label (RFC 6125, 6.4.3). */
export function covers(name: string, host: string): boolean {
  if (!name.startsWith('*.')) return name === host
  const dot = host.indexOf('.')
  return dot > 0 && host.slice(dot) === name.slice(1)
}

/**
 * The names of the certificate: the domain, its wildcard, and the hosts that the wildcard does not cover. The
 * others are not listed, since a certificate is shown to every stranger who connects and would name the apps.
 */
export function certificateNames(config: Config): readonly string[] {
  const { domain } = config
  const wildcard = `*.${domain}`
  // Browsers refuse a wildcard for a whole public suffix, and home.arpa (RFC 8375) is one.
  const refused = parse(domain, { allowPrivateDomains: false }).domain === null
  const left = hosts(config).filter(host => host !== domain && (refused || !covers(wildcard, host)))
  return [domain, wildcard, ...left]
}

/** The domains that the authority may sign for: names in them and below them (RFC 5280, 4.2.1.10). */
export function authorityDomains(config: Config): readonly string[] {
  const { domain } = config
  return [domain, ...hosts(config).filter(host => !inside(host, domain))]
}
