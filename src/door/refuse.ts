/** What the browser gets instead of the app, in the form that fits the request. Pure. */
import type { Exchange, Refusal, RefusalCode, Site } from '../authz/exchange.ts'
import type { Ground } from '../authz/ground.ts'
import { nextReturn, pageBehind, portalAddress, withMarker } from '../authz/return-to.ts'
import { pageHeaders } from '../lib/html.ts'
import { refusalPage } from './pages/refusal.ts'
import type { RefusalView } from './pages/view.ts'
import type { Reply } from './reply.ts'

/** Refusals of the way, and what can go wrong behind it. */
export type ReplyCode =
  | RefusalCode
  | 'upstream-down'
  | 'upstream-slow'
  | 'upstream-cut'
  | 'upstream-certificate'
  | 'internal'

/** Every refusal, once: its status, and what a script is told. */
export const REFUSALS: Readonly<Record<ReplyCode, readonly [status: number, message: string]>> = {
  'bad-request': [400, 'The request could not be understood.'],
  'no-app': [404, 'There is nothing at this address.'],
  login: [401, 'Sign in first.'],
  challenge: [401, 'The user name or the password is wrong.'],
  denied: [403, 'You may not open this.'],
  'cross-site': [403, "The request came from another site's page."],
  framed: [403, 'This app may not be shown inside another page.'],
  interstitial: [403, "The request came from another site's page."],
  'second-factor': [403, "This app asks for a second factor, and Authelia's rules for it do not."],
  loop: [403, 'The login keeps coming back without a session.'],
  'planted-cookie': [401, 'The browser sent two different session cookies.'],
  'too-large': [414, 'The address is too long.'],
  busy: [429, 'Too many failed logins from this address. Wait a moment.'],
  unavailable: [503, 'Nobody can be signed in right now. Try again shortly.'],
  'upstream-down': [502, 'The app cannot be reached.'],
  'upstream-slow': [504, 'The app did not answer in time.'],
  'upstream-cut': [502, 'The app broke off its answer.'],
  'upstream-certificate': [502, "The app's certificate is not the one expected."],
  internal: [500, 'Something went wrong inside the gateway.'],
}

/** What a refusal is about, beside the exchange. */
export interface RefusalFacts extends Omit<Refusal, 'code'> {
  readonly code: ReplyCode
  /** Who it is, where that is known and they may hear why. */
  readonly user?: string | undefined
}

/** Addresses of the portal that come back to a page, never to a script, an image or a form's target. */
export function loginAddress(exchange: Exchange, ground: Ground): string {
  const { request, site } = exchange
  const origin = site?.origin ?? ground.portal
  const page = (request.class === 'page' || request.class === 'frame') && isRead(request.method)
  const target = page ? request.target : pageBehind(origin, request.referer)
  const next = request.class === 'page' ? nextReturn(request.back, ground.clock()) : undefined
  return portalAddress(
    ground.portal,
    `${origin}${next === undefined ? target : withMarker(target, next)}`,
    'GET',
  )
}

/** A frame signs in in the top window, and comes back to the page that shows the frame if it is one of ours. */
function frameAddress(exchange: Exchange, ground: Ground): string {
  const { referer } = exchange.request
  if (referer !== undefined && URL.canParse(referer)) {
    const url = new URL(referer)
    if (ground.origins.has(url.origin))
      return portalAddress(ground.portal, `${url.origin}${url.pathname}${url.search}`, 'GET')
  }
  return loginAddress(exchange, ground)
}

export function isRead(method: string): boolean {
  return method === 'GET' || method === 'HEAD'
}

/** Only origins of configured apps may read a refusal, exactly (Fetch, section 3.2); caches keep them apart. */
function cors(exchange: Exchange, ground: Ground): Record<string, string> {
  const { origin } = exchange.request
  if (origin === undefined || !ground.origins.has(origin)) return { vary: 'Origin' }
  return {
    vary: 'Origin',
    'access-control-allow-origin': origin,
    'access-control-allow-credentials': 'true',
  }
}

/** The answer to a request that does not reach its app. */
export function refusalReply(exchange: Exchange, facts: RefusalFacts, ground: Ground): Reply {
  const { request } = exchange
  const headers: Record<string, string | readonly string[]> = { 'cache-control': 'no-store' }
  if (facts.cookies !== undefined && facts.cookies.length > 0) headers['set-cookie'] = facts.cookies
  if (facts.retryAfter !== undefined) headers['retry-after'] = String(facts.retryAfter)
  if (facts.code === 'challenge')
    headers['www-authenticate'] = `Basic realm="${request.host}", charset="UTF-8"`
  if (facts.code === 'login' && request.class === 'page') {
    // 303 for what was not a read, so that the portal is opened with GET (RFC 9110 section 15.4.4).
    return {
      status: isRead(request.method) ? 302 : 303,
      headers: { ...headers, location: loginAddress(exchange, ground) },
      body: '',
    }
  }
  const isPage = request.class === 'page' || request.class === 'frame'
  return isPage ? pageReply(exchange, facts, ground, headers) : dataReply(exchange, facts, ground, headers)
}

/** Who may show the page in a frame: the sign-in page is of use nowhere else, and `framed` says nothing of anybody. */
function framesOf(code: ReplyCode, site: Site | undefined): readonly string[] {
  if (code === 'framed') return ['*']
  if (code !== 'login' || site === undefined) return []
  return site.app.cross_site === 'allow' ? ['*'] : [site.origin, ...site.app.framed_by]
}

function pageReply(
  exchange: Exchange,
  facts: RefusalFacts,
  ground: Ground,
  headers: Reply['headers'],
): Reply {
  const { request, site } = exchange
  const [status] = REFUSALS[facts.code]
  const inFrame = facts.code === 'login'
  const login = inFrame ? frameAddress(exchange, ground) : loginAddress(exchange, ground)
  const view: RefusalView = {
    code: facts.code === 'login' ? 'sign-in-frame' : facts.code === 'challenge' ? 'denied' : facts.code,
    status,
    host: request.host,
    id: exchange.arrival.id,
    login,
    ...(site !== undefined && {
      app: site.app.name,
      target: `${site.origin}${request.target}`,
      signOut: '/.gatehouse/sign-out',
    }),
    ...(facts.user !== undefined && { user: facts.user }),
    ...(facts.rule !== undefined && { rule: facts.rule }),
    ...(facts.detail !== undefined && { detail: facts.detail }),
    ...(facts.retryAfter !== undefined && { retryAfter: facts.retryAfter }),
  }
  const framed = framesOf(facts.code, site)
  return {
    status,
    headers: { ...headers, ...pageHeaders({ frameAncestors: framed }) },
    body: refusalPage(view),
  }
}

function dataReply(
  exchange: Exchange,
  facts: RefusalFacts,
  ground: Ground,
  headers: Reply['headers'],
): Reply {
  const { request, site } = exchange
  const [status, message] = REFUSALS[facts.code]
  const body: Record<string, string> = {
    error: facts.code,
    message: facts.detail ?? message,
    request: exchange.arrival.id,
  }
  if (facts.code === 'unavailable') body.message = message
  const all: Record<string, string | readonly string[]> = {
    ...headers,
    ...cors(exchange, ground),
    'content-type': 'application/json; charset=utf-8',
    'x-content-type-options': 'nosniff',
  }
  if (facts.code === 'login' && site !== undefined) {
    body.login = loginAddress(exchange, ground)
    // RFC 9110 section 11.6.1 wants a challenge; Basic would open a browser's own dialogue, so scripts alone get it.
    const script = request.fetchSite === undefined && request.origin === undefined
    all['www-authenticate'] =
      site.app.basic === 'authelia' && script
        ? `Basic realm="${request.host}", charset="UTF-8"`
        : `Session realm="${request.host}"`
  }
  if (facts.rule !== undefined && facts.user !== undefined) body.rule = facts.rule
  return { status, headers: all, body: `${JSON.stringify(body)}\n` }
}
