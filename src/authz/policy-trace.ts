/** Which part of which rule matched a request: what `gatehouse why` shows. */
import type { Policy, Subject } from '../types.ts'
import { type CompiledRule, type Criterion, fits, matches } from './policy-rule.ts'
import { isAnonymous } from './policy-subject.ts'
import type { View } from './policy-view.ts'

/** `any`: the rule does not ask. `may`: nobody is logged in, and the answer depends on who it is. */
export type Hit = 'any' | 'hit' | 'miss' | 'may'

export interface RuleTrace {
  readonly label: string
  readonly policy: Policy
  readonly matches: boolean
  readonly parts: Readonly<Record<Criterion, Hit>>
}

const criteria: readonly Criterion[] = ['domain', 'resources', 'query', 'methods', 'networks', 'subject']

/** Every rule, also those after the one that decides. */
export function traceRules(
  rules: readonly CompiledRule[],
  subject: Subject,
  view: View,
): readonly RuleTrace[] {
  return rules.map(one => {
    const parts = Object.fromEntries(criteria.map(part => [part, hit(one, part, subject, view)]))
    return {
      label: one.rule.label,
      policy: one.rule.policy,
      matches: matches(one, subject, view),
      parts: parts as Record<Criterion, Hit>,
    }
  })
}

function hit(one: CompiledRule, part: Criterion, subject: Subject, view: View): Hit {
  const asked = part === 'subject' ? one.subjects : one[part]
  if (asked === undefined) return 'any'
  if (!fits(one, part, subject, view)) return 'miss'
  return part === 'subject' && isAnonymous(subject) ? 'may' : 'hit'
}
