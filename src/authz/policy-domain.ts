/** Which hosts a rule is about. */

import { equalFold } from '../lib/fold.ts'
import { pattern } from '../lib/pattern.ts'
import type { AccessRule, Subject } from '../types.ts'
import { PolicyError } from './policy-error.ts'
import { asksWho, fitsPerson, isAnonymous } from './policy-subject.ts'

export interface DomainMatch {
  test(host: string, subject: Subject): boolean
  /** The answer depends on the visitor: `{user}.x`, `{group}.x`, named groups. */
  readonly bySubject: boolean
}

/** Undefined where the rule names no domain, and so is about every host. @throws PolicyError */
export function domainMatch(rule: AccessRule): DomainMatch | undefined {
  const tests = [
    ...rule.domains.map(literal),
    ...rule.domainPatterns.map(source => {
      const compiled = PolicyError.naming(rule.label, () => pattern(source))
      if (!asksWho(compiled)) return { test: (host: string) => compiled.search(host), bySubject: false }
      return {
        test: (host: string, subject: Subject) => fitsPerson(compiled, host, subject),
        bySubject: true,
      }
    }),
  ]
  const only = tests[0]
  if (only === undefined) return undefined
  if (tests.length === 1) return only
  return {
    test: (host, subject) => tests.some(one => one.test(host, subject)),
    bySubject: tests.some(one => one.bySubject),
  }
}

function literal(written: string): DomainMatch {
  const domain = written.toLowerCase()
  if (domain.startsWith('*.')) {
    const suffix = domain.slice(1)
    return { test: host => endsWithFold(host, suffix), bySubject: false }
  }
  if (domain.startsWith('{user}')) {
    const suffix = domain.slice(6)
    return {
      bySubject: true,
      test: (host, subject) =>
        isAnonymous(subject) ? prefixed(host, suffix) : host === subject.user + suffix,
    }
  }
  if (domain.startsWith('{group}')) {
    const suffix = domain.slice(7)
    return {
      bySubject: true,
      test(host, subject) {
        if (isAnonymous(subject)) return prefixed(host, suffix)
        const dot = host.indexOf('.')
        if (dot < 0 || host.slice(dot) !== suffix) return false
        const group = host.slice(0, dot)
        return subject.groups.some(own => equalFold(own, group))
      },
    }
  }
  const same = (host: string): boolean =>
    host === domain || (host.length === domain.length && host.toLowerCase() === domain)
  return { test: same, bySubject: false }
}

/** Nobody might be anybody: any name in front of the suffix will do. */
function prefixed(host: string, suffix: string): boolean {
  return host.length > suffix.length && endsWithFold(host, suffix)
}

function endsWithFold(host: string, suffix: string): boolean {
  return host.endsWith(suffix) || host.toLowerCase().endsWith(suffix)
}
