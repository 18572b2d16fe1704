/** access_control and definitions.network of Authelia's configuration, as the engine's own rules. */
import { networks } from '../lib/address.ts'
import { pattern } from '../lib/pattern.ts'
import type { AccessControl, AccessRule, Policy, QueryTest } from '../types.ts'
import type { Place } from './authelia-file-node.ts'

type Definitions = ReadonlyMap<string, readonly string[]>

const policies: readonly Policy[] = ['bypass', 'one_factor', 'two_factor', 'deny']
const methods =
  'GET HEAD POST PUT PATCH DELETE TRACE CONNECT OPTIONS COPY LOCK MKCOL MOVE PROPFIND PROPPATCH UNLOCK'
const operators: readonly QueryTest['operator'][] = [
  'present',
  'absent',
  'equal',
  'not equal',
  'pattern',
  'not pattern',
]

/** A fault wherever Authelia has one, and where it would silently leave a test out and so widen a rule. */
export function readAccessControl(root: Place): AccessControl {
  const here = root.get('access_control')
  here.expect(['default_policy', 'networks', 'rules'])
  root.get('definitions').expect(['network'], ['user_attributes'])
  const definitions = readDefinitions(root)
  const fallback = here.get('default_policy').oneOf(policies) ?? 'deny'
  const rules = here
    .get('rules')
    .items()
    .map((rule, index) => readRule(rule, index, definitions))
  if (rules.length === 0 && fallback !== 'one_factor' && fallback !== 'two_factor') {
    here.fault(`without rules, default_policy must be one_factor or two_factor, and it is ${fallback}`)
  }
  return { rules, fallback, fallbackLabel: 'access_control.default_policy' }
}

function readDefinitions(root: Place): Definitions {
  const found = new Map<string, readonly string[]>()
  const network = root.get('definitions').get('network')
  if (network.present && !network.isMap) network.fault('this must be a mapping of names to networks')
  for (const name of network.keys()) found.set(name, blocks(network.get(name)))
  // The older place of the same thing.
  for (const item of root.get('access_control').get('networks').items()) {
    item.expect(['name', 'networks'])
    const name = item.get('name').string()
    if (name === undefined) item.fault('a network needs a name')
    else if (found.has(name)) item.fault(`the network '${name}' is defined twice`)
    else found.set(name, blocks(item.get('networks')))
  }
  return found
}

function blocks(list: Place, definitions?: Definitions): readonly string[] {
  return list.items().flatMap(item => {
    const text = item.string()
    if (text === undefined) return []
    const defined = definitions?.get(text)
    if (defined !== undefined) return defined
    return attempt(item, () => networks([text])) ? [text] : []
  })
}

/** A rule whose networks are all empty definitions would match everyone. */
function readNetworks(list: Place, definitions: Definitions): readonly string[] {
  const found = blocks(list, definitions)
  if (found.length === 0 && list.items().length > 0) list.fault('this holds no network')
  return found
}

function readRule(rule: Place, index: number, definitions: Definitions): AccessRule {
  rule.expect(['domain', 'domain_regex', 'resources', 'subject', 'methods', 'networks', 'query', 'policy'])
  const policy = rule.get('policy').oneOf(policies)
  if (!rule.get('policy').present) rule.fault('a rule needs a policy')
  const domains = rule.get('domain').strings()
  const domainPatterns = patterns(rule.get('domain_regex'))
  if (rule.get('domain').items().length + rule.get('domain_regex').items().length === 0) {
    rule.fault('a rule needs a domain or a domain_regex')
  }
  for (const domain of domains) {
    if (/^\*[^.]/.test(domain))
      rule.note(
        `${rule.path}: the domain '${domain}' matches nothing; '*.${domain.slice(1)}' was probably meant`,
      )
  }
  const subjects = readSubjects(rule.get('subject'))
  if (policy === 'bypass') {
    const who = domainPatterns.map(pattern).some(one => one.groups.has('User') || one.groups.has('Group'))
    if (subjects.length > 0 || who) rule.fault('bypass cannot depend on who it is, since nobody is asked')
  }
  return {
    domains,
    domainPatterns,
    resources: patterns(rule.get('resources')),
    subjects,
    methods: rule
      .get('methods')
      .items()
      .flatMap(item => item.oneOf(methods.split(' ')) ?? []),
    networks: readNetworks(rule.get('networks'), definitions),
    query: readQuery(rule.get('query')),
    policy: policy ?? 'deny',
    label: `access_control.rules[${index}]`,
  }
}

function patterns(list: Place): readonly string[] {
  return list.items().flatMap(item => {
    const source = item.string()
    if (source === undefined) return []
    if (source === '') return item.fault('an empty pattern') ?? []
    return attempt(item, () => pattern(source)) ? [source] : []
  })
}

/** Any of the items; an item is one subject, several with commas, or a list, all of which must hold. */
function readSubjects(list: Place): readonly (readonly string[])[] {
  return list.items().map(item => {
    const words = item.isList ? item.strings() : (item.string()?.split(',') ?? [])
    if (words.length === 0) item.fault('an empty list of subjects')
    for (const word of words) {
      if (!/^(user|group|oauth2:client):/.test(word)) item.fault(`'${word}' must be user:NAME or group:NAME`)
    }
    return words
  })
}

function readQuery(list: Place): readonly (readonly QueryTest[])[] {
  return list.items().map(any => {
    const tests = any.items()
    if (tests.length === 0) any.fault('an empty list of query tests')
    return tests.flatMap(test => readQueryTest(test) ?? [])
  })
}

function readQueryTest(test: Place): QueryTest | undefined {
  test.expect(['key', 'operator', 'value'])
  const place = test.get('value')
  const key = test.get('key').string()
  const value = place.string()
  if (key === undefined || key === '') return test.fault('a query test needs a key')
  if (place.present && typeof place.scalar() !== 'string')
    return place.fault('quote this value: it must be text')
  // Authelia takes `Equal` and then drops the test, which would open the rule to all.
  const written = test.get('operator')
  const operator = written.present ? written.oneOf(operators) : value ? 'equal' : 'present'
  if (operator === undefined) return undefined
  if (operator === 'present' || operator === 'absent') {
    return value ? place.fault(`'${operator}' takes no value`) : { key, operator }
  }
  if (value === undefined) return test.fault(`'${operator}' needs a value`)
  if (operator.endsWith('pattern') && !attempt(place, () => pattern(value))) return undefined
  return { key, operator, value }
}

/** Whether it could be made; a fault with its own words if not. */
function attempt(place: Place, make: () => unknown): boolean {
  try {
    make()
    return true
  } catch (error) {
    place.fault(error instanceof Error ? error.message : String(error))
    return false
  }
}
