/** An explanation in plain words, for a terminal. */
import type { Level } from '../types.ts'
import { rawUtf8 } from './policy-path.ts'
import type { Criterion } from './policy-rule.ts'
import type { RuleTrace } from './policy-trace.ts'
import type { Explanation, Finding, Step } from './why.ts'

const parts: Readonly<Record<Criterion, string>> = {
  domain: 'host',
  resources: 'path',
  query: 'query',
  methods: 'method',
  networks: 'client address',
  subject: 'user and groups',
}
const visitors: Readonly<Record<Level, string>> = {
  0: 'not logged in',
  1: 'with a password',
  2: 'with both factors',
}

/** Several lines, a newline at the end. Holds nothing that its input did not. */
export function whyText(explanation: Explanation): string {
  const { object, subject, app, findings, steps } = explanation
  const groups = subject.groups.length > 0 ? ` (${subject.groups.join(', ')})` : ''
  const who = subject.user === '' ? 'somebody who is not logged in' : subject.user + groups
  const from = subject.client === '' ? '' : ` from ${subject.client}`
  const lines = [
    `${who} asks for ${object.method} https://${object.host}${rawUtf8(object.path + object.query)}${from}`,
    ...(app === undefined ? [] : [`app: ${app}`]),
    ...findings.flatMap(findingLines),
    '',
    ...steps.map(step => `${visitors[step.level].padEnd(18)}${happens(step)}`),
  ]
  return `${lines.map(line => line.replace(/[\0-\x1f\x7f-\x9f]/g, '?')).join('\n')}\n`
}

function findingLines({ authority, policy, label, rules, anonymous }: Finding): string[] {
  const lines = ['', `${authority}: ${policy}, by ${label}`]
  if (anonymous.label !== label) lines.push(`  before the login: ${anonymous.policy}, by ${anonymous.label}`)
  const here = rules.filter(rule => rule.parts.domain !== 'miss')
  if (here.length < rules.length) lines.push(`  rules for other hosts: ${rules.length - here.length}`)
  return [...lines, ...here.map(rule => `  ${rule.label} ${rule.policy}: ${verdict(rule)}`)]
}

function verdict(rule: RuleTrace): string {
  const named = (hit: string): string =>
    (Object.keys(parts) as Criterion[])
      .filter(part => rule.parts[part] === hit)
      .map(part => parts[part])
      .join(', ')
  if (!rule.matches) return `no (${named('miss') || 'path'})`
  const may = named('may')
  if (may !== '') return `may match, once it is known who it is`
  const hits = named('hit')
  return hits === '' ? 'matches everything' : `matches (${hits})`
}

function happens({ outcome, level, authority, label }: Step): string {
  const by = `${authority}, ${label}`
  if (outcome === 'allow') return `opened (${by})`
  if (outcome === 'deny') return `403, refused (${by})`
  return level === 0 ? `sent to the login page (${by})` : `asked for the second factor (${by})`
}
