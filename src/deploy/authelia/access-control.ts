/** access_control: the apps' policies and rules, as Authelia's own, and nothing else. */
import { EVERYTHING } from '../../authz/policy-everything.ts'
import { stricter } from '../../authz/policy-outcome.ts'
import type { App, Config } from '../../config/model.ts'
import type { AccessRule, Policy } from '../../types.ts'
import { bypassForAuthelia } from './bypass-pattern.ts'
import type { Section, Value } from './document.ts'
import { closedBefore } from './refusals.ts'

/** The methods that Authelia's rules know (4.39.20, internal/configuration/validator/const.go). */
export const METHODS: readonly string[] =
  'GET HEAD POST PUT PATCH DELETE TRACE CONNECT OPTIONS COPY LOCK MKCOL MOVE PROPFIND PROPPATCH UNLOCK'.split(
    ' ',
  )

type Rule = { readonly [key: string]: Value | undefined }

interface Rendered {
  readonly rule?: Rule
  readonly note?: string
}

export function accessControlSection(config: Config): Section {
  const rendered = config.apps.flatMap(rulesOf)
  const notes: Record<string, string> = {}
  const rules: Value[] = []
  let pending: string[] = []
  for (const { rule, note } of rendered) {
    if (note !== undefined) pending.push(note)
    if (rule === undefined) continue
    if (pending.length > 0) notes[`rules.${rules.length}`] = pending.join('\n')
    pending = []
    rules.push(rule)
  }
  // Without a rule Authelia refuses `deny` as the policy for all.
  if (rules.length === 0) {
    rules.push({ domain: [`*.${config.domain}`], policy: 'deny' })
    notes['rules.0'] = 'There is no app behind Gatehouse yet.'
  }
  return {
    key: 'access_control',
    about: [
      'Who may open what: `policy` and `rules` of each app of gatehouse.yml, the first that matches. What is not',
      'named here is refused. Gatehouse holds the same rules, and of the two the stricter wins.',
    ].join('\n'),
    value: { default_policy: 'deny', rules },
    notes,
  }
}

/** Everything of one app; what Authelia cannot say becomes a note. */
function rulesOf({ name, hosts, policy, rules }: App): readonly Rendered[] {
  const last: AccessRule = { ...EVERYTHING, domains: [], policy, label: `apps.${name}.policy` }
  const all: readonly AccessRule[] = [...rules, last]
  const made = all.flatMap((rule, index): readonly Rendered[] => {
    if (rule.policy !== 'bypass') return [ruleOf(rule, hosts)]
    const after = strictest(all.slice(index + 1))
    const before = all.slice(0, index)
    const closed = closedBefore(rule, before, after)
    if (closed !== undefined) return [...closed, rule].map(each => ruleOf(each, hosts))
    const note = `${rule.label} is bypass by Gatehouse alone: what a rule before it closes must not open with a query.`
    // Its patterns are those of a bypass: what they are for Authelia decides the policy after.
    const { rule: shut, note: lost } = ruleOf(rule, hosts)
    if (shut === undefined) return [{ note: lost ?? note }]
    return [{ rule: { ...shut, policy: strictest(before) }, note }]
  })
  return [{ note: `apps.${name}` }, ...made]
}

const strictest = (rules: readonly AccessRule[]): Policy =>
  rules.reduce<Policy>((most, { policy }) => stricter(most, policy), 'bypass')

const list = <T>(items: readonly T[]): readonly T[] | undefined => (items.length === 0 ? undefined : items)

function ruleOf(rule: AccessRule, hosts: readonly string[]): Rendered {
  const methods = [...new Set(rule.methods)].filter(method => METHODS.includes(method))
  const strange = rule.methods.filter(method => !METHODS.includes(method))
  if (strange.length > 0 && methods.length === 0)
    return { note: `${rule.label} is left to Gatehouse: Authelia's rules know no ${strange.join(', ')}.` }
  const { resources, lost } = resourcesOf(rule)
  if (lost.length > 0 && resources.length === 0)
    return {
      note: `${rule.label} is left to Gatehouse: ${lost.join(', ')} cannot be said to Authelia exactly.`,
    }
  const notes = [
    ...(strange.length > 0 ? [`${rule.label}: ${strange.join(', ')} by Gatehouse alone.`] : []),
    ...(lost.length > 0 ? [`${rule.label}: ${lost.join(', ')} by Gatehouse alone.`] : []),
  ]
  return {
    rule: {
      domain: hosts,
      policy: rule.policy,
      subject: list(rule.subjects),
      networks: list(rule.networks),
      resources: list(resources),
      methods: list(methods),
      query: list(
        rule.query.map(tests => tests.map(({ key, operator, value }) => ({ operator, key, value }))),
      ),
    },
    ...(notes.length > 0 ? { note: notes.join('\n') } : {}),
  }
}

function resourcesOf({ policy, resources }: AccessRule) {
  if (policy !== 'bypass') return { resources, lost: [] }
  const made = resources.map(source => [source, bypassForAuthelia(source)] as const)
  return {
    resources: made.flatMap(([, pattern]) => pattern ?? []),
    // As JSON writes it: a comment has no line breaks of its own.
    lost: made.filter(([, pattern]) => pattern === undefined).map(([source]) => JSON.stringify(source)),
  }
}
