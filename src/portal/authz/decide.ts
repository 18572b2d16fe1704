/** The one decision behind the three dialects, in Authelia's order (its handler_authz.go). */
import { type Engine, outcome } from '../../authz/policy.ts'
import { wireValue } from '../../lib/headers.ts'
import type { Clock, Identity } from '../../types.ts'
import { type Answer, say, sendTo } from '../answer.ts'
import { domainOf } from '../domains.ts'
import type { Incoming } from '../incoming.ts'
import { writeCookie } from '../session-cookie.ts'
import type { CookieDomain } from '../settings.ts'
import type { Dialect } from './dialect.ts'
import { loginLink, portalOf } from './portal-link.ts'
import { type Visitor, type VisitorParts, visitor } from './visitor.ts'

export interface AuthzParts extends VisitorParts {
  readonly cookies: () => readonly CookieDomain[]
  readonly engine: () => Engine
  readonly clock: Clock
  /** Resolves when a refused Basic may be answered: all refusals take as long. @param since when it came */
  readonly settle: (since: number) => Promise<void>
}

const CHALLENGE = say(401, [['WWW-Authenticate', 'Basic realm="Authorization Required"']])
const BUSY = say(503, [['Retry-After', '2']])

/** Answers what a proxy asks. An error can never become a 200: this is the only place that says one. */
export async function decide(parts: AuthzParts, dialect: Dialect, request: Incoming): Promise<Answer> {
  const since = parts.clock()
  const target = dialect.target(request)
  if (target === undefined) return say(400)
  const { url, method } = target
  if (url.scheme !== 'https' && url.scheme !== 'wss') return say(400)
  const cookie = domainOf(parts.cookies(), url.hostname)
  if (cookie === undefined) return say(400)
  const portal = portalOf(cookie, dialect.portal(request))
  if (portal === undefined) return say(400)
  const who = await visitor(parts, request, cookie)
  if (who === 'busy') return BUSY
  const subject = {
    user: who.identity?.user ?? '',
    groups: who.identity?.groups ?? [],
    client: request.client,
  }
  const object = { method, host: url.hostname, path: url.path === '' ? '/' : url.path, query: url.query }
  const judgement = parts.engine().judge(subject, object)
  // A bad header is challenged even where a rule denies everybody, but not where the rule asks who it is.
  if (who.failed && !judgement.bySubject && judgement.policy !== 'bypass') return challenge(parts, who, since)
  switch (outcome(judgement, who.level)) {
    case 'allow':
      return allow(who.identity)
    case 'deny':
      // For the page that the gateway shows; Authelia does not say it.
      return say(403, [['X-Gatehouse-Rule', value(judgement.label)]])
    case 'login':
      if (who.by === 'header') return challenge(parts, who, since)
      return login(parts, cookie, who, dialect.redirect(request, method), loginLink(portal, target), method)
  }
}

async function challenge(parts: AuthzParts, who: Visitor, since: number): Promise<Answer> {
  if (who.failed) await parts.settle(since)
  return CHALLENGE
}

/** A name with a line feed must not make a header of its own: control characters become spaces. */
function value(text: string): string {
  return wireValue(text.replace(/[\x00-\x1f\x7f]/g, ' '))
}

function allow(identity: Identity | undefined): Answer {
  if (identity === undefined) return say(200)
  return say(200, [
    ['Remote-User', value(identity.user)],
    ['Remote-Groups', value(identity.groups.join(','))],
    ['Remote-Name', value(identity.name)],
    ['Remote-Email', value(identity.email)],
  ])
}

function login(
  parts: AuthzParts,
  cookie: CookieDomain,
  who: Visitor,
  status: number,
  location: string,
  method: string,
): Answer {
  const id = who.session?.id ?? parts.sessions.strangerId()
  const kept = who.session?.keep ? cookie.rememberMe : cookie.expiration
  const line = writeCookie(cookie, id, parts.clock() + kept)
  const answer = sendTo(status, location, [['Set-Cookie', line]])
  return method === 'HEAD' ? { ...answer, body: '' } : answer
}
