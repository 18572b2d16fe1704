/** The gateway's own pages on every app's host, below `/.gatehouse/`. */
import type { Exchange } from '../authz/exchange.ts'
import type { Ground } from '../authz/ground.ts'
import { isOwnRequest } from '../authz/guard.ts'
import { portalAddress } from '../authz/return-to.ts'
import { pageHeaders } from '../lib/html.ts'
import { signedOutPage } from '../lib/signed-out.ts'
import { expireSession, sessionCookie } from '../session/cookie.ts'
import type { Log } from '../types.ts'
import { signOutPage } from './pages/sign-out.ts'
import { refusalReply } from './refuse.ts'
import type { Reply } from './reply.ts'

function page(status: number, body: string): Reply {
  return { status, headers: pageHeaders(), body }
}

/** Answers a path below `/.gatehouse` (without that prefix). What changes something is a POST of our own page. */
export async function ownReply(exchange: Exchange, path: string, ground: Ground, log: Log): Promise<Reply> {
  const { request, site } = exchange
  const reads = request.method === 'GET' || request.method === 'HEAD'
  if (site !== undefined && path === '/sign-out' && reads) {
    const user = await userOf(exchange, ground)
    return page(200, signOutPage({ host: request.host, ...(user !== undefined && { user }) }))
  }
  if (site !== undefined && path === '/sign-out' && request.method === 'POST')
    return signOut(exchange, site.origin, ground, log)
  if (site !== undefined && path === '/signed-out' && reads) {
    const again = portalAddress(ground.portal, `${site.origin}/`, 'GET')
    return page(200, signedOutPage({ host: request.host, again }))
  }
  return refusalReply(exchange, { code: 'no-app' }, ground)
}

/** Who is signed in, for a page to say; asked without counting as activity. */
export async function userOf(exchange: Exchange, ground: Ground): Promise<string | undefined> {
  if (exchange.identity !== undefined) return exchange.identity.user
  const session = sessionCookie(exchange.request.cookie, ground.cookie)
  if (session.kind !== 'one') return undefined
  const state = await ground.sessions.state(session.value)
  return state !== undefined && 'user' in state && state.user !== '' ? state.user : undefined
}

async function signOut(exchange: Exchange, origin: string, ground: Ground, log: Log): Promise<Reply> {
  const { request, arrival } = exchange
  // A browser names the origin of every POST: one that does not is no page of ours (logout CSRF).
  const says = request.origin !== undefined || request.fetchSite !== undefined
  if (!says || !isOwnRequest(request, origin)) return refusalReply(exchange, { code: 'cross-site' }, ground)
  const user = await userOf(exchange, ground)
  const session = sessionCookie(request.cookie, ground.cookie)
  const cookies = [expireSession(ground.cookie, ground.domain)]
  const ended = session.kind !== 'one' || (await ground.sessions.signOut(session.value))
  log.info(
    { audit: 'sign-out', user: user ?? '', client: request.client, ended, id: arrival.id },
    'signed out',
  )
  if (!ended) {
    return refusalReply(exchange, { code: 'unavailable', detail: 'sign-out', retryAfter: 5, cookies }, ground)
  }
  return {
    status: 303,
    headers: { location: '/.gatehouse/signed-out', 'cache-control': 'no-store', 'set-cookie': cookies },
    body: '',
  }
}
