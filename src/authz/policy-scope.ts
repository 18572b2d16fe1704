/** What an answer depends on: whether a verdict of Authelia may be kept for a whole app. */
import type { AccessControl, AccessRule, Subject } from '../types.ts'
import { domainMatch } from './policy-domain.ts'

const anybody: Subject = { user: '', groups: [], client: '' }

/**
 * Whether a rule that can decide for one of these hosts looks at the path or the query.
 * @throws PolicyError
 */
export function looksAtPath(control: AccessControl, hosts: readonly string[]): boolean {
  const rules = control.rules.map(rule => ({ rule, domain: domainMatch(rule) }))
  return hosts.some(host => {
    for (const { rule, domain } of rules) {
      if (domain !== undefined && !domain.test(host, anybody)) continue
      if (rule.resources.length > 0 || rule.query.length > 0) return true
      // What comes after a rule that takes everyone on this host is never reached.
      if (domain?.bySubject !== true && takesAll(rule)) return false
    }
    return false
  })
}

function takesAll(rule: AccessRule): boolean {
  return rule.methods.length === 0 && rule.networks.length === 0 && rule.subjects.length === 0
}

/**
 * Whether the rules for these hosts depend on session, method, host and client address alone, so that
 * `verdict_scope: app` is safe.
 * @throws PolicyError
 */
export function looksAtNothingElse(control: AccessControl, hosts: readonly string[]): boolean {
  return !looksAtPath(control, hosts)
}
