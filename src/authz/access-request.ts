/** Step 1: read. What the request says, and nothing that its sender may not say. */
import { canonicalAddress, rightmostUntrusted } from '../lib/address.ts'
import { connectionNames, type HeaderName, headerName } from '../lib/headers.ts'
import { Memo } from '../lib/memo.ts'
import type { RequestClass } from '../types.ts'
import { type AccessRequest, type Answer, type Arrival, type Exchange, refuse } from './exchange.ts'
import { takeMarker } from './return-to.ts'
import { targetFault } from './target.ts'

/** The headers that the way itself looks at, gathered in one pass. */
interface Seen {
  host: string | undefined
  hosts: number
  cookie: string | undefined
  authorization: string | undefined
  authorizations: number
  origin: string | undefined
  referer: string | undefined
  accept: string | undefined
  connection: string | undefined
  forwardedFor: string | undefined
  forwardedProto: string | undefined
  requestedWith: string | undefined
  fetchSite: string | undefined
  fetchMode: string | undefined
  fetchDest: string | undefined
  preflightMethod: string | undefined
  webSocketKey: string | undefined
}

function join(before: string | undefined, value: string, separator: string): string {
  return before === undefined ? value : before + separator + value
}

function gather(headers: readonly string[], names: HeaderName[]): Seen {
  const seen: Seen = {
    host: undefined,
    hosts: 0,
    cookie: undefined,
    authorization: undefined,
    authorizations: 0,
    origin: undefined,
    referer: undefined,
    accept: undefined,
    connection: undefined,
    forwardedFor: undefined,
    forwardedProto: undefined,
    requestedWith: undefined,
    fetchSite: undefined,
    fetchMode: undefined,
    fetchDest: undefined,
    preflightMethod: undefined,
    webSocketKey: undefined,
  }
  for (let i = 0; i < headers.length; i += 2) {
    const value = headers[i + 1] ?? ''
    const name = headerName(headers[i] ?? '')
    names.push(name)
    switch (name.lower) {
      case 'host':
        seen.host = value
        seen.hosts++
        break
      case 'cookie':
        seen.cookie = join(seen.cookie, value, '; ')
        break
      case 'authorization':
        seen.authorization = value
        seen.authorizations++
        break
      case 'origin':
        seen.origin = join(seen.origin, value, ', ')
        break
      case 'referer':
        seen.referer = value
        break
      case 'accept':
        seen.accept = join(seen.accept, value, ', ')
        break
      case 'connection':
        seen.connection = join(seen.connection, value, ', ')
        break
      case 'x-forwarded-for':
        seen.forwardedFor = join(seen.forwardedFor, value, ', ')
        break
      case 'x-forwarded-proto':
        seen.forwardedProto = join(seen.forwardedProto, value, ', ')
        break
      case 'x-requested-with':
        seen.requestedWith = value
        break
      case 'sec-fetch-site':
        seen.fetchSite = join(seen.fetchSite, value, ', ')
        break
      case 'sec-fetch-mode':
        seen.fetchMode = value
        break
      case 'sec-fetch-dest':
        seen.fetchDest = value
        break
      case 'sec-websocket-key':
        seen.webSocketKey = value
        break
      case 'access-control-request-method':
        seen.preflightMethod = value
        break
    }
  }
  return seen
}

const HOST = /^([a-z0-9](?:[a-z0-9._-]*[a-z0-9])?|\[[0-9a-f:.]+\])\.?(?::[0-9]{1,5})?$/

const LONGEST_HOST = 260
const NO_HOST = ''
const hosts = new Memo(value => HOST.exec(value.toLowerCase())?.[1] ?? NO_HOST, 1_000, LONGEST_HOST)

/** A Host header's host in lower case, without port and trailing dot; undefined where it is none. */
export function hostOf(value: string): string | undefined {
  const host = value.length <= LONGEST_HOST ? hosts.get(value) : NO_HOST
  return host === NO_HOST ? undefined : host
}

const FRAMES = new Set(['iframe', 'frame', 'embed', 'object', 'fencedframe'])

/** What kind of answer the client can use: Sec-Fetch-* first, then what older clients send. */
export function requestClass(upgrade: boolean, seen: Partial<Seen>): RequestClass {
  if (upgrade || seen.fetchMode === 'websocket') return 'websocket'
  if (seen.fetchDest !== undefined) {
    if (FRAMES.has(seen.fetchDest)) return 'frame'
    return seen.fetchDest === 'document' ? 'page' : 'data'
  }
  if (seen.requestedWith?.toLowerCase() === 'xmlhttprequest') return 'data'
  return seen.accept !== undefined && /(?:^|,)\s*text\/html\s*(?:[;,]|$)/i.test(seen.accept) ? 'page' : 'data'
}

/** The scheme as the visitor sees it. Only a trusted peer can say; one that is silent ended TLS itself. */
function schemeOf(arrival: Arrival, forwardedProto: string | undefined): 'https' | 'http' {
  if (arrival.asked !== undefined) return arrival.asked.scheme
  if (arrival.secure) return 'https'
  if (!arrival.trusted) return 'http'
  if (forwardedProto === undefined || forwardedProto === 'https') return 'https'
  const last = forwardedProto.split(',').at(-1)?.trim().toLowerCase()
  return last === 'http' || last === 'ws' ? 'http' : 'https'
}

/** The visitor's address: the peer's, or for a trusted peer the rightmost that no trusted proxy has. */
function clientOf(arrival: Arrival, forwardedFor: string | undefined): string {
  const peer = canonicalAddress(arrival.peer) ?? ''
  // Who asks about another is never the visitor: a proxy that does not say where they come from (Envoy, unless
  // it is told to) would open the rules of its own network to everybody.
  if (forwardedFor === undefined && arrival.asked !== undefined) return ''
  if (!arrival.trusted || forwardedFor === undefined) return peer
  return rightmostUntrusted(forwardedFor, peer, { has: arrival.trusts })
}

const METHOD = /^[A-Z][A-Z-]{0,31}$/

/** Reads a request, or says what is wrong with it. */
export function read(exchange: Exchange): Answer | undefined {
  const { arrival } = exchange
  const bad = (detail: string) => refuse({ code: 'bad-request', detail })
  const fault = targetFault(arrival.target)
  if (fault !== undefined) return bad(fault)
  // RFC 9110 section 9.1: methods are case-sensitive, and `get` is none (gatekeeper CVE-2020-14359).
  if (!METHOD.test(arrival.method) || arrival.method === 'CONNECT')
    return bad('The method is not one that the gateway knows.')
  const names: HeaderName[] = []
  const seen = gather(arrival.headers, names)
  exchange.names = names
  const { asked } = arrival
  if (asked === undefined && seen.hosts !== 1)
    return bad('There must be one Host header (RFC 9112 section 3.2).')
  const host = hostOf(asked?.host ?? seen.host ?? '')
  if (host === undefined) return bad('The host of this address is not a host name.')
  // Two of them: the gateway would judge one and the app another.
  if (seen.authorizations > 1) return bad('There is more than one Authorization header.')
  // Proxies drop Upgrade from their questions, but never the key (RFC 6455 section 4.1).
  const opens = arrival.upgrade || (asked !== undefined && seen.webSocketKey !== undefined)
  const kind = requestClass(opens, seen)
  const reads = arrival.method === 'GET' || arrival.method === 'HEAD'
  const marked =
    reads && kind === 'page' ? takeMarker(arrival.target) : { target: arrival.target, back: undefined }
  const at = marked.target.indexOf('?')
  exchange.request = {
    method: arrival.method,
    scheme: schemeOf(arrival, seen.forwardedProto),
    host,
    target: marked.target,
    path: at < 0 ? marked.target : marked.target.slice(0, at),
    query: at < 0 ? '' : marked.target.slice(at),
    client: clientOf(arrival, seen.forwardedFor),
    class: kind,
    cookie: seen.cookie,
    authorization: seen.authorization,
    origin: seen.origin,
    referer: seen.referer,
    fetchSite: seen.fetchSite?.toLowerCase(),
    preflight:
      arrival.method === 'OPTIONS' && seen.origin !== undefined && seen.preflightMethod !== undefined,
    connection: seen.connection === undefined ? undefined : connectionNames(seen.connection),
    back: marked.back,
  } satisfies AccessRequest
  return undefined
}
