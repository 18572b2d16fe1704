/**
 * Access control with Authelia's meaning (its internal/authorization, 4.39.20): the first rule that
 * matches decides. One engine serves the built-in portal, the gateway's own rules and `gatehouse why`.
 */
import type { AccessControl, AccessObject, Policy, Subject } from '../types.ts'
import { stricter } from './policy-outcome.ts'
import { type CompiledRule, compileRule, matches } from './policy-rule.ts'
import { type RuleTrace, traceRules } from './policy-trace.ts'
import { View } from './policy-view.ts'

export { type Outcome, outcome, stricter } from './policy-outcome.ts'
export { cleanPath } from './policy-path.ts'

/** What the rules say about one request. */
export interface Judgement {
  readonly policy: Policy
  /** Where it is written. */
  readonly label: string
  /** The rule's index; -1 for the fallback, or where the request is malformed. */
  readonly position: number
  /** The rule asks who the visitor is, so a login may change the answer. */
  readonly bySubject: boolean
}

export interface Engine {
  /** Allocates next to nothing where no rule looks at path, query or networks. */
  judge(subject: Subject, object: AccessObject): Judgement
  /** What it says whatever is asked, where there is no rule. */
  readonly always: Judgement | undefined
  /** Which part of which rule matched, for `why`. */
  trace(subject: Subject, object: AccessObject): readonly RuleTrace[]
  /** A rule has resources or query tests. */
  readonly looksAtPath: boolean
  /** A rule has networks. */
  readonly looksAtClient: boolean
  /** A rule has subjects, in whatever way. */
  readonly looksAtSubject: boolean
}

export interface CompileOptions {
  /**
   * For the gateway's own rules: resources of a bypass rule are matched against the path alone, from its
   * start to its end or a slash; and a query never turns what the path alone would refuse into a bypass.
   */
  readonly bypassPathOnly?: boolean
}

/** Where a rule looks at a path with a malformed escape, nothing is opened; Authelia answers 400. */
export const malformed: Judgement = Object.freeze({
  policy: 'deny',
  label: 'the path is malformed',
  position: -1,
  bySubject: false,
})

/**
 * Compiles access control.
 * @throws PolicyError naming the rule whose pattern, network, subject or query test is wrong.
 */
export function compile(control: AccessControl, options: CompileOptions = {}): Engine {
  const pathOnly = options.bypassPathOnly === true
  const rules = control.rules.map(rule => compileRule(rule, pathOnly))
  const said = rules.map(
    ({ rule, bySubject }, position): Judgement =>
      Object.freeze({ policy: rule.policy, label: rule.label, position, bySubject }),
  )
  const fallback: Judgement = Object.freeze({
    policy: control.fallback,
    label: control.fallbackLabel,
    position: -1,
    bySubject: false,
  })
  const looksAtResources = rules.some(one => one.resources !== undefined)

  const first = (subject: Subject, view: View): Judgement => {
    const position = rules.findIndex(one => matches(one, subject, view))
    return view.malformed ? malformed : (said[position] ?? fallback)
  }

  const judge = (subject: Subject, object: AccessObject): Judgement => {
    const judgement = first(subject, new View(object, true))
    if (!pathOnly || !looksAtResources || judgement.policy !== 'bypass' || object.query.length < 2) {
      return judgement
    }
    // `^/admin$` must go on protecting /admin?x: the path alone is a second reading, the stricter wins.
    const alone = first(subject, new View(object, false))
    return stricter(judgement.policy, alone.policy) === judgement.policy ? judgement : alone
  }

  return {
    judge: rules.length === 0 ? () => fallback : judge,
    always: rules.length === 0 ? fallback : undefined,
    trace(subject, object) {
      const view = new View(object, true)
      const decided = first(subject, view) === judge(subject, object)
      return traceRules(rules, subject, decided ? view : new View(object, false))
    },
    looksAtPath: rules.some(one => one.resources !== undefined || one.query !== undefined),
    looksAtClient: rules.some(one => one.networks !== undefined),
    looksAtSubject: rules.some((one: CompiledRule) => one.bySubject),
  }
}
