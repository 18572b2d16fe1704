/** One access rule, compiled. */
import { type Networks, networks } from '../lib/address.ts'
import { type Pattern, pattern } from '../lib/pattern.ts'
import type { AccessRule, Subject } from '../types.ts'
import { type DomainMatch, domainMatch } from './policy-domain.ts'
import { PolicyError } from './policy-error.ts'
import { type QueryMatch, queryMatch } from './policy-query.ts'
import { asksWho, fitsPerson, isAnonymous, type SubjectMatch, subjectMatch } from './policy-subject.ts'
import type { View } from './policy-view.ts'

/** Undefined parts match everything. */
export interface CompiledRule {
  readonly rule: AccessRule
  readonly domain: DomainMatch | undefined
  readonly resources: ((view: View, subject: Subject) => boolean) | undefined
  readonly query: QueryMatch | undefined
  readonly methods: readonly string[] | undefined
  readonly networks: Networks | undefined
  readonly subjects: SubjectMatch | undefined
  /** The rule asks who the visitor is, in whatever way. */
  readonly bySubject: boolean
}

/** The parts of a rule, in Authelia's order. */
export type Criterion = 'domain' | 'resources' | 'query' | 'methods' | 'networks' | 'subject'

/** @throws PolicyError */
export function compileRule(rule: AccessRule, bypassPathOnly: boolean): CompiledRule {
  const { label } = rule
  const domain = domainMatch(rule)
  const patterns = rule.resources.map(source => PolicyError.naming(label, () => pattern(source)))
  const pathOnly = bypassPathOnly && rule.policy === 'bypass'
  return {
    rule,
    domain,
    resources: some(patterns, () => resourceMatch(patterns, pathOnly)),
    query: some(rule.query, () => queryMatch(rule.query, label)),
    methods: some(rule.methods, () => rule.methods.map(method => method.toUpperCase())),
    networks: some(rule.networks, () => PolicyError.naming(label, () => networks(rule.networks))),
    subjects: some(rule.subjects, () => subjectMatch(rule.subjects, label)),
    bySubject: rule.subjects.length > 0 || domain?.bySubject === true || patterns.some(asksWho),
  }
}

function some<T>(list: readonly unknown[], make: () => T): T | undefined {
  return list.length === 0 ? undefined : make()
}

function resourceMatch(patterns: readonly Pattern[], pathOnly: boolean) {
  return (view: View, subject: Subject): boolean => {
    const text = pathOnly ? view.path() : view.target()
    if (text === undefined) return false
    return patterns.some(one => {
      // oauth2-proxy GHSA-7rh7-c77v-6434: a bypass must not be found in the query or deep in a path.
      if (pathOnly && !one.leads(text)) return false
      return asksWho(one) ? fitsPerson(one, text, subject) : pathOnly || one.search(text)
    })
  }
}

/** Whether the rule matches. Nobody matches every subject, since a login may show anybody. Cheapest tests first. */
export function matches(one: CompiledRule, subject: Subject, view: View): boolean {
  return (
    fits(one, 'domain', subject, view) &&
    fits(one, 'methods', subject, view) &&
    fits(one, 'subject', subject, view) &&
    fits(one, 'networks', subject, view) &&
    fits(one, 'query', subject, view) &&
    fits(one, 'resources', subject, view)
  )
}

/** Whether one part of the rule matches. */
export function fits(one: CompiledRule, part: Criterion, subject: Subject, view: View): boolean {
  switch (part) {
    case 'domain':
      return one.domain === undefined || one.domain.test(view.object.host, subject)
    case 'resources':
      return one.resources === undefined || one.resources(view, subject)
    case 'query':
      return one.query === undefined || one.query(view.query())
    case 'methods':
      return one.methods === undefined || one.methods.includes(view.object.method)
    case 'networks':
      return one.networks === undefined || one.networks.has(subject.client)
    case 'subject':
      return one.subjects === undefined || isAnonymous(subject) || one.subjects(subject)
  }
}
