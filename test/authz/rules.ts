/** Short ways to write rules and requests in tables. */
import { EVERYTHING } from '../../src/authz/policy-everything.ts'
import type { AccessControl, AccessObject, AccessRule, Policy, Subject } from '../../src/types.ts'

/** The criteria of a rule that fits every request. */
export const ANY = { ...EVERYTHING, domains: [] }

export function ruleOf(part: Partial<AccessRule>, index = 0): AccessRule {
  return {
    ...ANY,
    policy: 'one_factor',
    label: `rules[${index}]`,
    ...part,
  }
}

export function control(rules: readonly Partial<AccessRule>[], fallback: Policy = 'deny'): AccessControl {
  return { rules: rules.map(ruleOf), fallback, fallbackLabel: 'the fallback' }
}

/** `alice staff,users`; empty for nobody. */
export function person(text: string, client = '203.0.113.9'): Subject {
  const [user = '', groups = ''] = text.split(' ')
  return { user, groups: groups === '' ? [] : groups.split(','), client }
}

/** `GET a.test/path?query`. */
export function request(text: string): AccessObject {
  const [, method = '', host = '', path = '', query = ''] = /^(\S+) ([^/]*)([^?]*)(.*)$/s.exec(text) ?? []
  return { method, host, path, query }
}
