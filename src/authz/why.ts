/** Why a request is answered as it is: `gatehouse why`. Pure; the words are in why-text.ts. */
import type { AccessObject, Level, Policy, Subject } from '../types.ts'
import { type Engine, type Outcome, outcome } from './policy.ts'
import { stricter } from './policy-outcome.ts'
import { isAnonymous } from './policy-subject.ts'
import type { RuleTrace } from './policy-trace.ts'

/** Somebody whose rules count, by the name that a person knows: `gatehouse.yml`, `Authelia`. */
export interface Authority {
  readonly name: string
  readonly engine: Engine
}

export interface WhyInput {
  /** Those that the gateway asks; the stricter wins. */
  readonly authorities: readonly Authority[]
  /** An empty user asks about nobody alone. */
  readonly subject: Subject
  readonly object: AccessObject
  /** The app that the host belongs to, for the text. */
  readonly app?: string
}

/** What one authority says about the visitor. */
export interface Finding {
  readonly authority: string
  readonly policy: Policy
  readonly label: string
  /** The rules in order, up to the one that decides. */
  readonly rules: readonly RuleTrace[]
  /** The same for a visitor who has not logged in. */
  readonly anonymous: { readonly policy: Policy; readonly label: string }
}

/** What happens at one level of login. */
export interface Step {
  readonly level: Level
  readonly outcome: Outcome
  /** What decides: the strictest of the findings. */
  readonly policy: Policy
  readonly authority: string
  readonly label: string
}

export interface Explanation {
  readonly object: AccessObject
  readonly subject: Subject
  readonly app?: string
  readonly findings: readonly Finding[]
  /** Not logged in; then, where somebody was named, with a password, and with both factors. */
  readonly steps: readonly Step[]
}

/** @throws RangeError without an authority: nobody would have decided. */
export function why({ authorities, subject, object, app }: WhyInput): Explanation {
  if (authorities.length === 0) throw new RangeError('why needs at least one authority')
  const nobody: Subject = { user: '', groups: [], client: subject.client }
  const levels: readonly Level[] = isAnonymous(subject) ? [0] : [0, 1, 2]
  return {
    object,
    subject,
    ...(app === undefined ? {} : { app }),
    findings: authorities.map(one => find(one, subject, nobody, object)),
    steps: levels.map(level => decide(authorities, level === 0 ? nobody : subject, object, level)),
  }
}

function find({ name, engine }: Authority, subject: Subject, nobody: Subject, object: AccessObject): Finding {
  const { policy, label, position } = engine.judge(subject, object)
  const before = engine.judge(nobody, object)
  const rules = engine.trace(subject, object)
  return {
    authority: name,
    policy,
    label,
    rules: position < 0 ? rules : rules.slice(0, position + 1),
    anonymous: { policy: before.policy, label: before.label },
  }
}

const order: readonly Outcome[] = ['allow', 'login', 'deny']

function decide(
  authorities: readonly Authority[],
  subject: Subject,
  object: AccessObject,
  level: Level,
): Step {
  return authorities
    .map(({ name, engine }): Step => {
      const judgement = engine.judge(subject, object)
      const { policy, label } = judgement
      return { level, outcome: outcome(judgement, level), policy, authority: name, label }
    })
    .reduce((first, next) => {
      const more = order.indexOf(next.outcome) - order.indexOf(first.outcome)
      if (more !== 0) return more > 0 ? next : first
      return stricter(first.policy, next.policy) === first.policy ? first : next
    })
}

/**
 * What a person typed, as the gateway would see it: `https://` may be missing, the path stays as written
 * (new URL would resolve `..` and hide what the rules see). Undefined for anything else.
 */
export function readTarget(url: string, method = 'GET'): AccessObject | undefined {
  const found = /^(?:(?:https|wss):\/\/)?([^/?#\s@\\]+)(\/[^?#\s]*)?(\?[^#\s]*)?(?:#.*)?$/i.exec(url)
  const host = found?.[1]
    ?.toLowerCase()
    .replace(/:\d{1,5}$/, '')
    .replace(/\.$/, '')
  if (!host || host.includes(':')) return undefined
  const bytes = (text: string): string => Buffer.from(text).toString('latin1')
  return { method, host, path: bytes(found?.[2] || '/'), query: bytes(found?.[3] ?? '') }
}
