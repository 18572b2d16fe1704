/** One question about an open stream: would its request pass now, as the same person? */
import type { Exchange, Site } from '../../authz/exchange.ts'
import type { Ground } from '../../authz/ground.ts'
import { judgeAgain } from '../../authz/judge-again.ts'
import { outcome } from '../../authz/policy.ts'
import { judge } from '../../authz/resolve.ts'
import { isUnavailable, type Question, type Verdict } from '../../session/sessions.ts'
import type { Identity } from '../../types.ts'
import type { Why } from './stream.ts'

/** What streams are judged by: that of the configuration in force. */
export interface Stand {
  readonly ground: Ground
  /** Milliseconds for which what was confirmed may go on while Authelia is away, beside one interval. */
  readonly grace: number
  /** Milliseconds after which a session that nobody uses is over. */
  readonly inactivity: number
}

export type Finding =
  | { readonly kind: 'confirmed'; readonly identity: Identity | undefined }
  /** Authelia gave no answer. */
  | { readonly kind: 'unsure' }
  /** The session is over, or another took its place. */
  | { readonly kind: 'login' }
  | { readonly kind: 'cut'; readonly why: Why; readonly rule?: string }

const LOGIN: Verdict = { kind: 'login', cookies: [] }
const UNSURE: Finding = { kind: 'unsure' }
const ENDED: Finding = { kind: 'cut', why: 'session ended' }

/** Asks again about the request of `first`. Rejects where a step of the way fails. */
export async function recheck(stand: Stand, first: Exchange, session: string | undefined): Promise<Finding> {
  const { exchange, answer } = await judgeAgain(first, askingAnew(stand.ground, first), session)
  const { verdict, site, identity } = exchange
  const known = first.identity
  // The host is another app's now: what is open leads to the old one.
  if (site?.app.name !== first.site?.app.name) return { kind: 'cut', why: 'group or rule' }
  if (answer.kind === 'pass' && identity?.user === known?.user) return { kind: 'confirmed', identity }
  const unanswered = verdict.kind === 'unavailable' || verdict.kind === 'busy'
  const refusal = answer.kind === 'refuse' ? answer.refusal : undefined
  if (answer.kind === 'pass') return site !== undefined && unanswered ? unsure(exchange, site, known) : ENDED
  switch (refusal?.code) {
    case 'busy':
    case 'unavailable':
      return site === undefined ? UNSURE : unsure(exchange, site, known)
    case 'login':
    case 'loop':
      return known === undefined
        ? { kind: 'cut', why: 'group or rule', rule: exchange.rule }
        : { kind: 'login' }
    case 'challenge':
      return ENDED
    default:
      return { kind: 'cut', why: 'group or rule', ...(refusal?.rule !== undefined && { rule: refusal.rule }) }
  }
}

/** Without Authelia's word, a rule of ours that says no to this person whatever their login still counts. */
function unsure(exchange: Exchange, site: Site, known: Identity | undefined): Finding {
  exchange.identity = known
  const own = judge(exchange, site)
  return outcome(own, 2) === 'allow' ? UNSURE : { kind: 'cut', why: 'group or rule', rule: own.label }
}

/**
 * The ground, with every question put to Authelia anew: as one about the request where streams count as
 * activity, else as one about the session alone. Nobody's streams ask nobody: each question without a
 * session would make Authelia keep another one.
 */
function askingAnew(ground: Ground, first: Exchange): Ground {
  const { sessions } = ground
  const { identity, request } = first
  const counts = ground.sites.get(request.host)?.app.streams.counts_as_activity ?? true
  let asked: ReturnType<typeof sessions.anew.state> | undefined
  const state = (session: string) => {
    asked ??= sessions.anew.state(session)
    return asked
  }
  const alive = async (session: string): Promise<Verdict> => {
    const found = await state(session)
    if (isUnavailable(found)) return found
    return found?.user === identity?.user ? { kind: 'allow', identity, until: 0 } : LOGIN
  }
  const verdict = (question: Question) => {
    const { session, authorization } = question
    if (identity === undefined || (session === undefined && authorization === undefined)) return LOGIN
    return counts || session === undefined ? sessions.anew.verdict(question) : alive(session)
  }
  return { ...ground, sessions: { ...sessions, verdict, state } }
}
