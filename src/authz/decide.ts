/** Step 6: decide. Whether they may: Authelia's verdict and the app's own rules, the stricter wins. */
import { isUnavailable } from '../session/sessions.ts'
import { type Answer, type Exchange, refuse, type Site } from './exchange.ts'
import type { Ground } from './ground.ts'
import { outcome } from './policy.ts'
import { judge } from './resolve.ts'
import { nextReturn } from './return-to.ts'

type Maybe = Answer | undefined | Promise<Answer | undefined>

/** The one place where a request becomes a user's, or is refused. */
export function decide(exchange: Exchange, ground: Ground): Maybe {
  const { request, site, verdict } = exchange
  if (site === undefined) return refuse({ code: 'no-app' })
  if (request.preflight && site.app.preflight === 'pass') return undefined
  if (verdict.kind === 'allow') {
    exchange.identity = verdict.identity
    return admit(exchange, ground, site)
  }
  // Authelia did not say who it is: nobody. A bypass of ours needs no more than that.
  const own = judge(exchange, site)
  exchange.policy = own.policy
  exchange.rule = own.label
  if (own.policy === 'bypass') return undefined
  switch (verdict.kind) {
    case 'login':
      return outcome(own, 0) === 'deny'
        ? refuse({ code: 'denied', rule: own.label })
        : login(exchange, ground, verdict.cookies)
    case 'challenge':
      return refuse({ code: 'challenge' })
    case 'deny':
      return refuse({ code: 'denied', rule: verdict.rule ?? "Authelia's access_control" })
    case 'malformed':
      if (verdict.tooLarge)
        return refuse({
          code: 'too-large',
          detail: 'The address is longer than Authelia reads (4096 bytes with its headers).',
        })
      return refuse({ code: 'bad-request', detail: 'Authelia could not read the address of this request.' })
    case 'busy':
      return refuse({ code: 'busy', retryAfter: verdict.retryAfter })
    case 'unavailable':
      return refuse({ code: 'unavailable', detail: verdict.reason, retryAfter: verdict.retryAfter })
  }
}

/** Authelia says yes; now the app's own rules, about the person whom it named. */
function admit(exchange: Exchange, ground: Ground, site: Site): Maybe {
  const own = judge(exchange, site)
  exchange.policy = own.policy
  exchange.rule = own.label
  if (own.policy === 'bypass') return undefined
  const known = exchange.identity !== undefined
  if (own.policy !== 'two_factor' || !known) return conclude(exchange, ground, outcome(own, known ? 1 : 0))
  // A 200 carries no level, and Basic is one factor whatever the account has.
  if (exchange.session.kind !== 'one' || exchange.basic) {
    return refuse({
      code: 'denied',
      rule: own.label,
      detail: 'A name and a password are one factor; this needs two.',
    })
  }
  const user = exchange.identity?.user
  const state = ground.sessions.state(exchange.session.value)
  const settle = (found: Awaited<typeof state>): Answer | undefined => {
    if (isUnavailable(found)) {
      return refuse({ code: 'unavailable', detail: found.reason, retryAfter: found.retryAfter })
    }
    // The session changed hands between the two questions: ask again from the start.
    if (found === undefined || found.user !== user) return login(exchange, ground, [])
    if (found.level < 2) return refuse({ code: 'second-factor', rule: own.label })
    return conclude(exchange, ground, outcome(own, found.level))
  }
  return state.then(settle)
}

function conclude(
  exchange: Exchange,
  ground: Ground,
  result: ReturnType<typeof outcome>,
): Answer | undefined {
  if (result === 'allow') return undefined
  if (result === 'login') return login(exchange, ground, [])
  return refuse({ code: 'denied', rule: exchange.rule })
}

/** To the portal, unless this visitor goes round in circles. */
function login(exchange: Exchange, ground: Ground, cookies: readonly string[]): Answer {
  exchange.identity = undefined
  const { request } = exchange
  const loops = request.class === 'page' && nextReturn(request.back, ground.clock()) === undefined
  return loops ? refuse({ code: 'loop' }) : refuse({ code: 'login', cookies })
}
