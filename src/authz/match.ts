/** Step 2: match. Which app, and whether its path can be read in one way only. */
import { type Answer, type Exchange, refuse } from './exchange.ts'
import type { Ground } from './ground.ts'
import { isAmbiguous, isGatewayOnly, ownPath } from './target.ts'

/** Authelia reads no more than half of it. A pattern takes a tenth of a second for 64 KB, with everybody waiting. */
const LONGEST_JUDGED = 8_192

/** Finds the app of the request's host; the portal's host and our own pages end the way here. */
export function match(exchange: Exchange, ground: Ground): Answer | undefined {
  const { request } = exchange
  if (request.host === ground.portalHost) {
    if (request.scheme === 'http') return insecure(exchange, ground.portal)
    // The authz endpoints would tell a browser what the gateway alone may ask.
    return isGatewayOnly(request.path) ? refuse({ code: 'no-app' }) : { kind: 'portal' }
  }
  const site = ground.sites.get(request.host)
  if (site === undefined) return refuse({ code: 'no-app' })
  exchange.site = site
  // The session cookie is Secure: over plain http nobody can be known, and a login would loop.
  if (request.scheme === 'http') return insecure(exchange, site.origin)
  const own = ownPath(request.path)
  if (own !== undefined) return { kind: 'own', path: own }
  if (site.looksAtPath && request.target.length > LONGEST_JUDGED)
    return refuse({ code: 'too-large', detail: `The address is longer than ${LONGEST_JUDGED} bytes.` })
  if (site.app.paths === 'strict' && site.looksAtPath && isAmbiguous(request.path)) {
    return refuse({
      code: 'bad-request',
      detail:
        'The path can be read in more than one way (an encoded slash, a dot segment, a double slash, double encoding or a semicolon), and a rule looks at the path.',
    })
  }
  return undefined
}

/** What came over plain http: a page is sent to https, anything else is told to go there. */
function insecure(exchange: Exchange, origin: string): Answer {
  const { request } = exchange
  const page = request.class === 'page' && (request.method === 'GET' || request.method === 'HEAD')
  if (page) return { kind: 'redirect', location: `${origin}${request.target}`, cookies: [] }
  return refuse({ code: 'bad-request', detail: `This app is reached over https: ${origin}` })
}
