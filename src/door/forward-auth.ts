/**
 * The forward-auth door: a proxy in front asks about each request, and passes it on or gives the visitor
 * our refusal. The same way as through the proxy door; only what is read and how it is answered differ.
 */
import { authorize, type Outcome, recognize } from '../authz/authorize.ts'
import type { Arrival, Exchange } from '../authz/exchange.ts'
import type { Ground } from '../authz/ground.ts'
import type { Log } from '../types.ts'
import { find } from '../upstream/hop.ts'
import type { Announce } from '../upstream/identity-headers.ts'
import { arrivalOf } from './arrival.ts'
import { openAudit } from './audit.ts'
import { authRequest, type Dialect, dialectOf, REFUSAL_PATH } from './dialects.ts'
import type { Door, Peer, Request, Response } from './door.ts'
import { type Asked, QuestionFault } from './question.ts'
import { openRefusal, sealRefusal, type Told } from './refusal-token.ts'
import { refusalReply } from './refuse.ts'
import { redirectReply, send, sendFlat } from './reply.ts'
import { ownReply, userOf } from './sign-out.ts'
import { openStrangers } from './strangers.ts'
import {
  allowBody,
  allowHeaders,
  forAuthRequest,
  mayBeKept,
  plainReply,
  secondsLeft,
} from './verdict-reply.ts'

export interface ForwardAuthParts {
  readonly ground: Ground
  readonly announce: Announce
  /** Milliseconds that an allow lives: `verdict_ttl`. */
  readonly life: number
  /** Signs what goes round NGINX; the same in every process behind one port. */
  readonly secret: Buffer
  /** Told of every request: it is real use of its session. */
  readonly seen: (exchange: Exchange) => void
  readonly log: Log
}

/** By this a cache in front says that it would keep the answer. A visitor who says it makes one question more a second. */
const KEEPS_HEADER = 'x-gatehouse-keeps'

/** An allow of less than this is never a whole second long for a cache, in milliseconds. */
const SHORTEST_LIFE = 2_000

/** The header that carries a refusal to the endpoint which tells it. */
export const REFUSAL_HEADER = 'x-gatehouse-refusal'

const NOWHERE = `This is Gatehouse's forward-auth door. A proxy asks here, at
  /api/authz/auth-request   NGINX
  /api/authz/forward-auth   Caddy, Traefik, HAProxy
  /api/authz/ext-authz/     Envoy
and sends browsers to /.gatehouse/ for the pages of the gateway. docs/proxies in the project has the snippets.
`

const NO_ADDRESS =
  'X-Forwarded-For does not say where the visitor is: rules with networks are for nobody, and limits count all as one.'

/** Opens the door on one configuration. A reload opens another and leaves this one to its requests. */
export function openForwardAuth(parts: ForwardAuthParts): Door {
  const { ground, announce, life, secret, seen, log } = parts
  const audit = openAudit(log)
  const strangers = openStrangers(log, ground.clock)
  const { sessions } = ground
  const anew: Ground = {
    ...ground,
    sessions: { ...sessions, verdict: about => sessions.anew.verdict(about) },
  }

  const failed = (error: unknown, step: string): void => {
    log.error(
      { step, error: error instanceof Error ? error.stack : String(error) },
      'a step of the way failed',
    )
  }

  function handle(req: Request, res: Response, peer: Peer): void {
    const arrival = arrivalOf(req, peer, false)
    if (!arrival.trusted) {
      strangers.refused(arrival.peer)
      send(res, plainReply(403, 'This door answers to trusted proxies alone.\n'))
      return
    }
    settle(res, answer(arrival, res))
  }

  /** The last resort: whatever goes wrong is a 500, which lets no proxy pass anything. */
  function settle(res: Response, done: Promise<void> | undefined): void {
    done?.catch((error: unknown) => {
      failed(error, 'door')
      send(res, plainReply(500, 'Something went wrong inside the gateway.\n'))
    })
  }

  function answer(arrival: Arrival, res: Response): Promise<void> | undefined {
    const { target } = arrival
    const found = dialectOf(target)
    if (found !== undefined) return question(arrival, res, found.dialect, found.rest)
    if (target === REFUSAL_PATH) return tellRefusal(arrival, res)
    if (target.startsWith('/.gatehouse/')) return ownPage(arrival, res)
    const old = target.startsWith('/api/verify')
    send(res, plainReply(404, old ? `/api/verify is gone.\n${NOWHERE}` : NOWHERE))
    return undefined
  }

  function question(
    arrival: Arrival,
    res: Response,
    dialect: Dialect,
    rest: string,
  ): Promise<void> | undefined {
    const { method, headers } = arrival
    const asked = dialect.read({ method, rest, headers })
    if (asked instanceof QuestionFault) {
      strangers.misread(dialect.name, asked.message)
      send(res, plainReply(400, `${asked.message}\n`))
      return undefined
    }
    const about = toldArrival(arrival, asked)
    const ended = authorize(about, ground, failed)
    if (ended instanceof Promise) return ended.then(outcome => reply(outcome, asked, res, dialect))
    if (!tooOldToKeep(ended, headers)) return reply(ended, asked, res, dialect)
    return Promise.resolve(authorize(about, anew, failed)).then(outcome =>
      reply(outcome, asked, res, dialect),
    )
  }

  /**
   * In the last second of a kept verdict a cache in front can keep nothing of it, and all that it would
   * answer itself comes here: so the verdict is renewed a little early.
   */
  function tooOldToKeep({ exchange, answer }: Outcome, headers: readonly string[]): boolean {
    if (answer.kind !== 'pass' || life < SHORTEST_LIFE || !mayBeKept(exchange)) return false
    return secondsLeft(exchange, ground.clock()) === 0 && find(headers, KEEPS_HEADER) === '1'
  }

  function reply(outcome: Outcome, asked: Asked, res: Response, dialect: Dialect): Promise<void> | undefined {
    const { exchange, answer } = outcome
    const { site, request } = exchange
    if (site !== undefined && request.client === '') strangers.misread(dialect.name, NO_ADDRESS)
    seen(exchange)
    if (answer.kind === 'pass' && site !== undefined) {
      if (request.class === 'page' || request.class === 'websocket') audit.passed(exchange)
      const identity = announce(site.app, exchange.identity)
      const body = allowBody(dialect.relays)
      sendFlat(res, 200, allowHeaders(exchange, identity, body, ground.clock()), body)
      return undefined
    }
    const told = toldOf(outcome)
    if (told.kind === 'refuse') audit.refused(exchange, told.refusal.code, told.refusal.detail)
    if (dialect.relays) return tell(outcome, told, res)
    const whole = told.kind === 'refuse' ? refusalReply(exchange, told.refusal, ground) : redirectReply(told)
    send(res, forAuthRequest(exchange, told, whole, ground, sealRefusal(secret, asked, told)))
    return undefined
  }

  /** What NGINX fetches after a 401 or 403: as the proxy door would have answered. Never a 2xx. */
  async function tellRefusal(arrival: Arrival, res: Response): Promise<void> {
    const asked = authRequest.read({ method: arrival.method, rest: '', headers: arrival.headers })
    if (asked instanceof QuestionFault) {
      send(res, plainReply(400, `${asked.message}\n`))
      return
    }
    const sealed = find(arrival.headers, REFUSAL_HEADER)
    const known = sealed === undefined ? undefined : openRefusal(secret, asked, sealed)
    const about = toldArrival(arrival, asked)
    if (known !== undefined) {
      await tell({ exchange: recognize(about, ground), answer: known }, known, res)
      return
    }
    // Lost on the way, as when this process was started a moment ago: decided anew.
    const outcome = await authorize(about, ground, failed)
    await tell(outcome, toldOf(outcome), res)
  }

  async function tell({ exchange }: Outcome, told: Told, res: Response): Promise<void> {
    if (told.kind === 'redirect') {
      send(res, redirectReply(told))
      return
    }
    const { refusal } = told
    const named = refusal.code === 'denied' || refusal.code === 'second-factor'
    const user = named ? await userOf(exchange, ground) : undefined
    send(res, refusalReply(exchange, { ...refusal, user }, ground))
  }

  /** The gateway's own pages, for a proxy that routes them here. */
  async function ownPage(arrival: Arrival, res: Response): Promise<void> {
    const outcome = await authorize(arrival, ground, failed)
    const { exchange, answer } = outcome
    if (answer.kind === 'own') send(res, await ownReply(exchange, answer.path, ground, log))
    else await tell(outcome, toldOf(outcome), res)
  }

  return { request: handle, expect: handle }
}

/** The arrival of the request that a proxy asks about. */
function toldArrival(arrival: Arrival, asked: Asked): Arrival {
  const { id, headers, peer, trusted, trusts } = arrival
  const { method, target, host, scheme } = asked
  return {
    id,
    method,
    target,
    headers,
    peer,
    trusted,
    trusts,
    secure: false,
    upgrade: false,
    asked: { host, scheme },
  }
}

/** What the visitor is told where the request may not pass. A pass that comes too late is no refusal of theirs. */
function toldOf({ exchange, answer }: Outcome): Told {
  switch (answer.kind) {
    case 'redirect':
    case 'refuse':
      return answer
    case 'pass':
      return { kind: 'refuse', refusal: { code: 'unavailable', detail: 'again', retryAfter: 1 } }
    case 'own':
      return nothing('The proxy in front must send /.gatehouse/ to the gateway itself.')
    case 'portal':
      return nothing(`${exchange.request.host} is the login page: its site must not ask the gateway.`)
  }
}

function nothing(detail: string): Told {
  return { kind: 'refuse', refusal: { code: 'no-app', detail } }
}
