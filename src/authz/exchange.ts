/** What the steps of the way hand to each other. Everything starts closed: a step left out refuses. */
import type { App } from '../config/model.ts'
import type { HeaderName } from '../lib/headers.ts'
import type { SessionCookie } from '../session/cookie.ts'
import type { Verdict } from '../session/sessions.ts'
import type { Identity, Policy, RequestClass } from '../types.ts'
import type { Claimed } from '../upstream/app-cookies.ts'
import type { Cookies } from './cookies.ts'
import type { Engine } from './policy.ts'
import type { Return } from './return-to.ts'

/** One request as a door received it. */
export interface Arrival {
  /** For the log, the refusal's page and nothing else. */
  readonly id: string
  readonly method: string
  /** The request-target as it came (RFC 9112 section 3.2). */
  readonly target: string
  /** Names and values in turn, as they came. */
  readonly headers: readonly string[]
  /** Address of the peer of the connection; empty for a unix socket. */
  readonly peer: string
  /** Whether that peer may say for whom it asks: a trusted proxy or a unix socket. */
  readonly trusted: boolean
  /** Whether an address is a trusted proxy, for the walk along X-Forwarded-For. */
  readonly trusts: (address: string) => boolean
  /** Whether the connection itself is TLS. */
  readonly secure: boolean
  /** Whether it is a WebSocket upgrade. */
  readonly upgrade: boolean
  /**
   * What a proxy in front asks about, where this is its question and not the request itself: host (with
   * port) and scheme, which then come from nowhere else. Nothing is passed on from here.
   */
  readonly asked?: { readonly host: string; readonly scheme: 'https' | 'http' }
}

/** What was read of a request, in the gateway's words. */
export interface AccessRequest {
  readonly method: string
  /** As the visitor sees it. */
  readonly scheme: 'https' | 'http'
  /** Lower case, without port and trailing dot. */
  readonly host: string
  /** Path and query, the very bytes, less our own return marker. */
  readonly target: string
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** The visitor's address, canonical; empty where nobody knows it. */
  readonly client: string
  readonly class: RequestClass
  readonly cookie: string | undefined
  readonly authorization: string | undefined
  readonly origin: string | undefined
  readonly referer: string | undefined
  /** Sec-Fetch-Site; absent from clients that are no browser, and over plain http. */
  readonly fetchSite: string | undefined
  readonly preflight: boolean
  /** Names that `Connection` lists, beside the usual. */
  readonly connection: ReadonlySet<string> | undefined
  /** The marker of a return from the portal, if this is one. */
  readonly back: Return | undefined
}

/** One app and all that is derived from its configuration. */
export interface Site {
  readonly app: App
  readonly host: string
  /** Scheme, host and port as browsers see them, from the configuration alone. */
  readonly origin: string
  /** Host and port as browsers see them. */
  readonly authority: string
  readonly engine: Engine
  /** Whether a rule, ours or Authelia's, looks at the path, so that its reading must not be in doubt. */
  readonly looksAtPath: boolean
}

export type RefusalCode =
  | 'bad-request'
  | 'no-app'
  | 'login'
  | 'challenge'
  | 'denied'
  | 'cross-site'
  | 'framed'
  | 'interstitial'
  | 'second-factor'
  | 'loop'
  | 'planted-cookie'
  | 'too-large'
  | 'busy'
  | 'unavailable'

/** What the browser gets instead of the app. */
export interface Refusal {
  readonly code: RefusalCode
  /** For the visitor and the log: why, in a sentence. */
  readonly detail?: string
  /** The rule that said no, as it is written in the configuration. */
  readonly rule?: string
  /** Set-Cookie lines to send along. */
  readonly cookies?: readonly string[]
  /** Seconds until another try makes sense. */
  readonly retryAfter?: number
}

/** The end of the way. */
export type Answer =
  | { readonly kind: 'pass' }
  | { readonly kind: 'portal' }
  | { readonly kind: 'own'; readonly path: string }
  | { readonly kind: 'redirect'; readonly location: string; readonly cookies: readonly string[] }
  | { readonly kind: 'refuse'; readonly refusal: Refusal }

/** Shorthand of the steps. */
export function refuse(refusal: Refusal): Answer {
  return { kind: 'refuse', refusal }
}

/** One request on its way; each step fills in its part. */
export interface Exchange {
  readonly arrival: Arrival
  request: AccessRequest
  /** What each header of the arrival is, in its order: looked up once. */
  names: readonly HeaderName[]
  site: Site | undefined
  session: SessionCookie
  /** What the Cookie header says, as `strip` read it. */
  cookies: Cookies | undefined
  /** Whether the gateway itself consumes the request's Basic credentials. */
  basic: boolean
  /** Headers for the upstream, names and values in turn: first stripped, then ours set. */
  headers: string[]
  /** The app's own cookies on this request, ours and Authelia's taken out. */
  appCookie: string | undefined
  /** Whose those cookies are, once it is known who asks. */
  claimed: Claimed | undefined
  verdict: Verdict
  /** Who it is; undefined is nobody. Set from a verdict by `decide` alone. */
  identity: Identity | undefined
  policy: Policy
  /** The rule that decided, as it is written. */
  rule: string
}

export type Step = (
  exchange: Exchange,
  ground: import('./ground.ts').Ground,
) => Answer | undefined | Promise<Answer | undefined>

const UNREAD: AccessRequest = {
  method: '',
  scheme: 'http',
  host: '',
  target: '',
  path: '',
  query: '',
  client: '',
  class: 'data',
  cookie: undefined,
  authorization: undefined,
  origin: undefined,
  referer: undefined,
  fetchSite: undefined,
  preflight: false,
  connection: undefined,
  back: undefined,
}

const NO_SESSION: SessionCookie = { kind: 'none' }
const UNASKED: Verdict = { kind: 'unavailable', reason: 'garbage', retryAfter: 1 }

/** A request before its first step. */
export function begin(arrival: Arrival): Exchange {
  return {
    arrival,
    request: UNREAD,
    names: [],
    site: undefined,
    session: NO_SESSION,
    cookies: undefined,
    basic: false,
    headers: [],
    appCookie: undefined,
    claimed: undefined,
    verdict: UNASKED,
    identity: undefined,
    policy: 'deny',
    rule: '',
  }
}
