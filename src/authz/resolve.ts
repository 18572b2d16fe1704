/** Step 5: resolve. Who is asking: Authelia's word, and no other. */
import { expirePlanted } from '../session/cookie.ts'
import type { Question } from '../session/sessions.ts'
import type { Policy } from '../types.ts'
import { type Answer, type Exchange, refuse, type Site } from './exchange.ts'
import type { Ground } from './ground.ts'
import { type Judgement, stricter } from './policy.ts'
import { nextReturn, withMarker } from './return-to.ts'

const NOBODY = { user: '', groups: [] }

/**
 * What the app's own rules ask of this visitor. Where a rule looks at the path, the path is judged as the
 * app may read it both ways, with its escapes undone and as it stands, and the stricter reading wins.
 */
export function judge(exchange: Exchange, site: Site): Judgement {
  if (site.engine.always !== undefined) return site.engine.always
  const { request, identity } = exchange
  const subject = { ...(identity ?? NOBODY), client: request.client }
  const object = { method: request.method, host: request.host, path: request.path, query: request.query }
  const decoded = site.engine.judge(subject, object)
  if (!site.engine.looksAtPath || !request.path.includes('%')) return decoded
  const raw = site.engine.judge(subject, { ...object, path: request.path.replaceAll('%', '%25') })
  const strictest: Policy = stricter(decoded.policy, raw.policy)
  return strictest === decoded.policy ? decoded : raw
}

/** Asks Authelia about this request, unless there is nothing to ask. */
export function resolve(
  exchange: Exchange,
  ground: Ground,
): Answer | undefined | Promise<Answer | undefined> {
  const { request, site, session, basic } = exchange
  if (site === undefined || (request.preflight && site.app.preflight === 'pass')) return undefined
  const before = judge(exchange, site)
  if (before.policy === 'bypass' && !basic && session.kind !== 'one') {
    // A question without a cookie would store a session at Authelia for every stranger.
    exchange.verdict = { kind: 'login', cookies: [] }
    return undefined
  }
  if (session.kind === 'several' && !basic) return heal(exchange, ground, site)
  const verdict = ground.sessions.verdict(questionOf(exchange, site))
  if (!(verdict instanceof Promise)) {
    exchange.verdict = verdict
    return undefined
  }
  return verdict.then(answer => {
    exchange.verdict = answer
    return undefined
  })
}

/**
 * Two session cookies with different values: one was planted. A page load removes what could be the
 * planted one and comes again; what cannot be removed so is explained, and nobody is logged in by it.
 */
function heal(exchange: Exchange, ground: Ground, site: Site): Answer {
  const { request } = exchange
  const cookies = expirePlanted(ground.cookie, ground.domain, request.path)
  const next = nextReturn(request.back, ground.clock())
  const page = request.class === 'page' && (request.method === 'GET' || request.method === 'HEAD')
  if (!page || next === undefined) return refuse({ code: 'planted-cookie', cookies })
  return { kind: 'redirect', location: `${site.origin}${withMarker(request.target, next)}`, cookies }
}

function questionOf(exchange: Exchange, site: Site): Question {
  const { request, session, basic } = exchange
  return {
    method: request.method,
    scheme: 'https',
    host: site.authority,
    target: request.target,
    client: request.client,
    // Basic beats a cookie at Authelia: one credential a question, so that a verdict is about one person.
    session: !basic && session.kind === 'one' ? session.value : undefined,
    authorization: basic ? request.authorization : undefined,
  }
}
