/** Step 3: strip. What a client says of itself never reaches an app: deleted first, ours set last. */
import { eachCookie } from '../lib/cookies.ts'
import type { Answer, Exchange } from './exchange.ts'
import type { Ground } from './ground.ts'

/** Prefix of the gateway's own cookies, which no app sees or sets. */
export const OWN_COOKIE = '__host-gatehouse'

/** Whether a cookie's name is Authelia's or ours, in any case: NGINX and PHP do not mind the case. */
export function isOurCookie(name: string, session: string): boolean {
  const lower = name.toLowerCase()
  return lower === session.toLowerCase() || lower.startsWith(OWN_COOKIE)
}

/** The Cookie header that the app may see; undefined where nothing is left of it. */
export function cookiesForApp(header: string, session: string): string | undefined {
  let kept: string | undefined
  eachCookie(header, (name, value, pair) => {
    // `=authelia_session=x` has no name, and some servers read the value as another cookie.
    if (isOurCookie(name === '' ? (value.split('=', 1)[0] ?? '') : name, session)) return
    kept = kept === undefined ? pair : `${kept}; ${pair}`
  })
  return kept
}

/** `Basic …` that the gateway itself asks Authelia about. */
export function isBasic(authorization: string | undefined): boolean {
  return authorization !== undefined && /^basic(?: |$)/i.test(authorization)
}

/** Takes the session out of the request and every header that is not the app's business. */
export function strip(exchange: Exchange, ground: Ground): Answer | undefined {
  const { arrival, request, site } = exchange
  const cookies = ground.cookies(request.cookie)
  exchange.cookies = cookies
  exchange.session = cookies.session
  exchange.basic = site?.app.basic === 'authelia' && isBasic(request.authorization)
  // Of a proxy's question nothing is passed on, so there is nothing to clean.
  if (arrival.asked !== undefined) return undefined
  const headers: string[] = []
  for (let i = 0; i < arrival.headers.length; i += 2) {
    const name = exchange.names[i >> 1]
    // A header that nobody has looked up is nobody's to pass on.
    if (name === undefined) continue
    if (name.kind === 'hop' || name.kind === 'forwarded' || name.kind === 'host' || name.kind === 'cookie')
      continue
    if (name.kind === 'authorization' && exchange.basic) continue
    if (ground.identityNames.has(name.canonical)) continue
    // RFC 9110 section 7.6.1: what Connection names goes, before ours are set (Traefik CVE-2024-45410).
    // The framing is kept: it is not the client's to take away.
    if (request.connection?.has(name.lower) && name.lower !== 'content-length') continue
    headers.push(arrival.headers[i] ?? '', arrival.headers[i + 1] ?? '')
  }
  exchange.headers = headers
  exchange.appCookie = request.connection?.has('cookie') ? undefined : cookies.app
  return undefined
}
