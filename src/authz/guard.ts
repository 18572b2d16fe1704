/** Step 4: guard. Requests that another site made the browser send (SameSite=Lax does not stop a sibling app). */
import { type AccessRequest, type Answer, type Exchange, refuse, type Site } from './exchange.ts'

const SAFE = new Set(['GET', 'HEAD', 'OPTIONS', 'TRACE', 'PROPFIND', 'REPORT', 'SEARCH'])

/**
 * Whether the request comes from the app's own pages, from the visitor's own hand, or from a client that
 * is no browser. Sec-Fetch-Site is the browser's word; Origin and then Referer stand in for it.
 */
export function isOwnRequest(request: AccessRequest, origin: string): boolean {
  // `null`, a list or a sibling: never ours. Judged even beside Sec-Fetch-Site, the stricter wins.
  if (request.origin !== undefined && request.origin !== origin) return false
  if (request.fetchSite !== undefined)
    return request.fetchSite === 'same-origin' || request.fetchSite === 'none'
  if (request.origin !== undefined) return true
  if (request.referer === undefined) return true
  return URL.canParse(request.referer) && new URL(request.referer).origin === origin
}

function crossSite(request: AccessRequest, site: Site): Answer | undefined {
  const { cross_site: rule } = site.app
  if (rule === 'allow') return undefined
  const acts = request.class === 'websocket' || !SAFE.has(request.method)
  if (!acts && rule === 'deny') return undefined
  if (isOwnRequest(request, site.origin)) return undefined
  const label = `apps.${site.app.name}.cross_site: ${rule}`
  if (acts) return refuse({ code: 'cross-site', rule: label })
  // deny_all: a link from elsewhere gets a page with one button, which makes the request the visitor's own.
  return refuse({ code: request.class === 'page' ? 'interstitial' : 'cross-site', rule: label })
}

function framed(request: AccessRequest, site: Site): Answer | undefined {
  if (request.class !== 'frame' || site.app.cross_site === 'allow' || site.app.framed_by.length > 0)
    return undefined
  if (request.fetchSite === 'same-origin' || request.fetchSite === 'none') return undefined
  return refuse({ code: 'framed', rule: `apps.${site.app.name}.framed_by` })
}

/** Refuses what another site's page asks for, before anyone is asked who the visitor is. */
export function guard(exchange: Exchange): Answer | undefined {
  const { request, site } = exchange
  if (site === undefined) return undefined
  // A preflight acts on nothing; what it asks for is judged when it comes.
  if (request.preflight) return site.app.preflight === 'pass' ? passPreflight(exchange) : undefined
  return framed(request, site) ?? crossSite(request, site)
}

/** Browsers send preflights without cookies: the app gets it as nobody's, with nothing that could be somebody's. */
function passPreflight(exchange: Exchange): Answer | undefined {
  const kept: string[] = []
  for (let i = 0; i < exchange.headers.length; i += 2) {
    const name = exchange.headers[i] ?? ''
    if (name.toLowerCase() !== 'authorization') kept.push(name, exchange.headers[i + 1] ?? '')
  }
  exchange.headers = kept
  exchange.appCookie = undefined
  exchange.policy = 'bypass'
  exchange.rule = `apps.${exchange.site?.app.name}.preflight: pass`
  return undefined
}
