/** A browser's visit to one of the portal's pages. */
import { pageHeaders } from '../../lib/html.ts'
import type { Answer } from '../answer.ts'
import type { Core } from '../core.ts'
import { domainOf, type SafeTarget, safeTarget } from '../domains.ts'
import { parseGoUrl } from '../go-url.ts'
import type { Incoming } from '../incoming.ts'
import { type Live, liveSession } from '../live-session.ts'
import type { Errand } from '../oidc/open.ts'
import type { CookieDomain } from '../settings.ts'

export interface Visit {
  readonly core: Core
  readonly request: Incoming
  readonly cookie: CookieDomain
  /** The portal's own host, for the pages. */
  readonly host: string
  readonly live: Live | undefined
  /** The fields of the form, or of the query. */
  readonly fields: URLSearchParams
  /** Where to go afterwards; undefined where none was asked for or it is not safe. */
  readonly target: SafeTarget | undefined
  /** The method of the request that was sent here. */
  readonly method: string | undefined
  /** A login to an app that asked by OpenID Connect; it goes before `target`. */
  readonly errand: Errand | undefined
}

export type Page = (visit: Visit) => Answer | Promise<Answer>

/** The host that the browser asked for. */
export function askedHost(request: Incoming): string | undefined {
  const host = request.first('x-forwarded-host') || request.first('host') || ''
  return parseGoUrl(`https://${host}/`)?.hostname.toLowerCase()
}

/** The portal that stands at this host. */
export function portalAt(core: Core, host: string | undefined): CookieDomain | undefined {
  const cookie = host === undefined ? undefined : domainOf(core.cookies(), host)
  return cookie !== undefined && new URL(cookie.portal).hostname === host ? cookie : undefined
}

export function makeVisit(
  core: Core,
  request: Incoming,
  cookie: CookieDomain,
  fields: URLSearchParams,
): Visit {
  const rm = fields.get('rm')
  return {
    core,
    request,
    cookie,
    host: new URL(cookie.portal).hostname,
    live: liveSession(core, request, cookie, true),
    fields,
    target: safeTarget(core.cookies(), fields.get('rd') ?? undefined),
    method: rm !== null && /^[A-Z]{1,20}$/.test(rm) ? rm : undefined,
    errand: core.oidc()?.errand(fields.get('flow_id') ?? undefined),
  }
}

/** Where to go afterwards, as the pages carry it on. */
export function carried({ target, method, errand }: Visit): Carried {
  if (errand !== undefined) return { flow: errand.sealed, asking: errand.app.client_name }
  if (target === undefined) return {}
  return { rd: target.href, asking: target.host, ...(method !== undefined && { rm: method }) }
}

interface Carried {
  readonly rd?: string
  readonly rm?: string
  /** `flow_id`. */
  readonly flow?: string
  /** What the visitor wants to open. */
  readonly asking?: string
}

/** A path of the portal with where to go afterwards behind it. */
export function here(path: string, visit: Visit): string {
  const { rd, rm, flow } = carried(visit)
  if (flow !== undefined) return `${path}?${new URLSearchParams({ flow: 'openid_connect', flow_id: flow })}`
  if (rd === undefined) return path
  return `${path}?${new URLSearchParams({ rd, ...(rm !== undefined && { rm }) })}`
}

/** Where a form's answer may lead: Chromium applies form-action to the redirect after it. */
function formTargets(cookie: CookieDomain, errand: Errand | undefined): string[] {
  const back = errand === undefined ? [] : [originOf(errand.returnsTo)]
  const port = new URL(cookie.portal).port
  const ports = new Set([port === '' ? 443 : Number(port), ...cookie.ports])
  const apps = [...ports].flatMap(number => {
    const end = number === 443 ? '' : `:${number}`
    return [`https://${cookie.domain}${end}`, `https://*.${cookie.domain}${end}`]
  })
  return [...apps, ...back]
}

/** An app on a phone has a scheme of its own in the place of an origin. */
function originOf(uri: string): string {
  const { origin, protocol } = new URL(uri)
  return origin === 'null' ? protocol : origin
}

/** A page with the strict policy of lib/csp. */
export function show(
  visit: { readonly cookie?: CookieDomain; readonly errand?: Errand | undefined },
  status: number,
  body: string,
  headers: Answer['headers'] = [],
): Answer {
  const formAction = visit.cookie === undefined ? [] : formTargets(visit.cookie, visit.errand)
  return { status, headers: [...Object.entries(pageHeaders({ formAction })), ...headers], body }
}

/** After a form: the browser comes back with GET (RFC 9110 15.4.4), and nobody keeps the answer. */
export function seeOther(location: string, headers: Answer['headers'] = []): Answer {
  return {
    status: 303,
    headers: [
      ['Location', location],
      ['Cache-Control', 'no-store'],
      ['Referrer-Policy', 'same-origin'],
      ...headers,
    ],
    body: '',
  }
}
