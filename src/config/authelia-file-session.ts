/** session of Authelia's configuration. */
import { isIP } from 'node:net'
import { autheliaDuration } from './authelia-file-duration.ts'
import type { Place } from './authelia-file-node.ts'

const hour = 3_600_000
const sites = ['lax', 'strict', 'none'] as const

/** Durations in milliseconds. */
export interface AutheliaCookieCommon {
  /** `authelia_session` by default. */
  readonly name: string
  readonly same_site: (typeof sites)[number]
  /** 1 h by default. */
  readonly expiration: number
  /** 5 min by default. */
  readonly inactivity: number
  /** 30 days by default; 0: the login page does not offer it (Authelia's -1). */
  readonly remember_me: number
}

export interface AutheliaCookie extends AutheliaCookieCommon {
  /** Lower case. */
  readonly domain: string
  /** As written, with a slash at the end of a path; https, inside the domain. */
  readonly authelia_url: string
  readonly default_redirection_url?: string
}

export interface AutheliaSession extends AutheliaCookieCommon {
  /** At least one. */
  readonly cookies: readonly AutheliaCookie[]
}

const defaults: AutheliaCookieCommon = {
  name: 'authelia_session',
  same_site: 'lax',
  expiration: hour,
  inactivity: hour / 12,
  remember_me: hour * 24 * 30,
}
const common = ['name', 'same_site', 'expiration', 'inactivity', 'remember_me']

export function readSession(root: Place): AutheliaSession {
  const here = root.get('session')
  here.expect([...common, 'cookies', 'domain'], ['secret', 'redis'])
  if (here.get('domain').present)
    here.get('domain').fault('this is the old form; write session.cookies instead')
  const shared = readCommon(here, defaults)
  const list = here.get('cookies').items()
  if (list.length === 0) here.fault('session.cookies needs at least one cookie')
  const cookies: AutheliaCookie[] = []
  for (const item of list) {
    const cookie = readCookie(item, shared)
    if (cookie === undefined) continue
    const other = cookies.find(
      known => cookie.domain === known.domain || cookie.domain.endsWith(`.${known.domain}`),
    )
    if (other) item.fault(`this domain shares its cookies with '${other.domain}' above`)
    cookies.push(cookie)
  }
  return { ...shared, cookies }
}

function readCommon(here: Place, otherwise: AutheliaCookieCommon): AutheliaCookieCommon {
  return {
    name: here.get('name').string() || otherwise.name,
    same_site: here.get('same_site').oneOf(sites) ?? otherwise.same_site,
    expiration: readDuration(here.get('expiration'), otherwise.expiration),
    inactivity: readDuration(here.get('inactivity'), otherwise.inactivity),
    remember_me:
      here.get('remember_me').scalar() === -1
        ? 0
        : readDuration(here.get('remember_me'), otherwise.remember_me),
  }
}

/** Milliseconds; the default where absent, zero or negative, as in Authelia. */
export function readDuration(place: Place, otherwise: number): number {
  const text = place.string()
  if (text === undefined) return otherwise
  const own = place.scalar()
  const value = autheliaDuration(typeof own === 'number' ? own : text)
  if (value === undefined) {
    place.fault(`'${text}' is no duration; write 5m, 1 hour or a number of seconds`)
    return otherwise
  }
  return value > 0 ? value : otherwise
}

function readCookie(item: Place, shared: AutheliaCookieCommon): AutheliaCookie | undefined {
  item.expect([...common, 'domain', 'authelia_url', 'default_redirection_url'])
  const domain = item.get('domain').string()
  if (!domain) return item.fault('a cookie needs a domain')
  const hostname = /^(?!\.|\*)[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(domain) || isIP(domain) > 0
  if (!hostname)
    return item.get('domain').fault('this must be a domain in lower case with a dot, like example.com')
  if (!item.get('authelia_url').present)
    return item.fault('a cookie needs authelia_url, the address of the portal')
  const portal = readUrl(item.get('authelia_url'), domain)
  const after = item.get('default_redirection_url')
  const redirection = readUrl(after, domain)
  if (portal === undefined) return undefined
  if (redirection !== undefined && new URL(redirection).href === new URL(portal).href) {
    after.fault('this must differ from authelia_url')
  }
  const path = new URL(portal).pathname
  return {
    ...readCommon(item, shared),
    domain,
    authelia_url: path === '/' || portal.endsWith('/') ? portal : `${portal}/`,
    ...(redirection === undefined ? {} : { default_redirection_url: redirection }),
  }
}

function readUrl(place: Place, domain: string): string | undefined {
  const text = place.string()
  if (text === undefined) return undefined
  const url = URL.parse(text)
  if (url === null || url.protocol !== 'https:') return place.fault('this must be an https address')
  if (url.hostname !== domain && !url.hostname.endsWith(`.${domain}`)) {
    return place.fault(`this must be inside the cookie's domain, ${domain}`)
  }
  return text
}
