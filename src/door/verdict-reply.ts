/** How a decision is told to a proxy in front. Pure. */
import type { Exchange } from '../authz/exchange.ts'
import type { Ground } from '../authz/ground.ts'
import type { Told } from './refusal-token.ts'
import { isRead, loginAddress } from './refuse.ts'
import type { Reply } from './reply.ts'

/** A word to whoever set the proxy up. */
export function plainReply(status: number, body: string): Reply {
  return {
    status,
    headers: { 'content-type': 'text/plain; charset=utf-8', 'cache-control': 'no-store' },
    body,
  }
}

/** Whether a cache in front may keep this allow at all. */
export function mayBeKept({ verdict, request, site, session, basic }: Exchange): boolean {
  // A question without a session must not be kept: what it hands out is one visitor's.
  if (verdict.kind !== 'allow' || session.kind !== 'one' || basic) return false
  // Nor what the guard judged by Origin and Referer: another page's request would have the same key.
  return request.class !== 'websocket' && isRead(request.method) && site?.app.cross_site !== 'deny_all'
}

/**
 * Whole seconds that a cache of NGINX's may keep an allow: it keeps `n` until the end of the n-th second
 * from the one that its clock shows, so the last one, which the verdict's life ends in, is not given.
 */
export function secondsLeft(exchange: Exchange, now: number): number {
  const { verdict } = exchange
  if (verdict.kind !== 'allow' || !mayBeKept(exchange)) return 0
  return Math.max(0, Math.floor(verdict.until / 1000) - Math.floor(now / 1000) - 1)
}

/**
 * What else an allow was judged by: a cache that keeps it under session and address would give a sibling's
 * frame or WebSocket what the app's own page was given. NGINX keeps nothing where this is longer than 128 bytes.
 */
const JUDGED_BY = 'Sec-Fetch-Site, Sec-Fetch-Mode, Sec-Fetch-Dest, Sec-WebSocket-Key'

/** Authelia's own words, for whoever looks for them: another Gatehouse does. */
const ALLOWED = '200 OK'

/** The body of a 200. NGINX leaves it unread and the connection with it, so its questions get none. */
export function allowBody(relays: boolean): string {
  return relays ? ALLOWED : ''
}

/** The head of a 200. `identity`: every identity header, empty ones too. `body`: what follows it. */
export function allowHeaders(exchange: Exchange, identity: string[], body: string, now: number): string[] {
  identity.push(
    // What the gateway has used itself is not the app's: the password that a script sent for Authelia.
    'X-Gatehouse-Consumed',
    exchange.basic ? 'authorization' : '',
    // Ahead of Cache-Control: NGINX heeds the first of the two.
    'X-Accel-Expires',
    String(secondsLeft(exchange, now)),
    'Cache-Control',
    'no-store',
    'Vary',
    JUDGED_BY,
    'Content-Type',
    'text/plain; charset=utf-8',
    'Content-Length',
    String(body.length),
  )
  return identity
}

/**
 * A refusal as auth_request can use it: what leads somewhere is a 401 with Location, as Authelia has it;
 * a 401 that leads nowhere would make the usual snippets redirect to an empty address, so it is a 403.
 */
export function forAuthRequest(
  exchange: Exchange,
  told: Told,
  whole: Reply,
  ground: Ground,
  sealed: string | undefined,
): Reply {
  const { 'content-type': _, ...headers } = whole.headers
  const location =
    whole.headers.location ??
    (told.kind === 'refuse' && told.refusal.code === 'login' ? loginAddress(exchange, ground) : undefined)
  const challenged = told.kind === 'refuse' && told.refusal.code === 'challenge'
  const status = location !== undefined || challenged ? 401 : whole.status === 401 ? 403 : whole.status
  return {
    status,
    headers: {
      ...headers,
      ...(location !== undefined && { location }),
      ...(sealed !== undefined && { 'x-gatehouse-refusal': sealed }),
    },
    body: '',
  }
}
