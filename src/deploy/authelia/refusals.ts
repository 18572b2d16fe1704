/**
 * Rules that hold for a path as it is and no longer once a query follows: `^/admin$`. The gateway never lets a
 * query turn what the path alone would refuse into a bypass; Authelia, which reads path and query as one, would.
 * So these rules are said to it once more, for the path with any query, right before the bypass in question.
 */
import { stricter } from '../../authz/policy-outcome.ts'
import { pattern } from '../../lib/pattern.ts'
import type { AccessRule, Policy } from '../../types.ts'
import { atomsOf } from './pattern-atoms.ts'

/**
 * What has to stand before a bypass so that no query opens what an earlier rule closes. Undefined where it
 * cannot be said: then the bypass itself must be closed.
 * @param before the rules before the bypass
 * @param after the strictest policy of what stands behind it
 */
export function closedBefore(
  bypass: AccessRule,
  before: readonly AccessRule[],
  after: Policy,
): readonly AccessRule[] | undefined {
  const made: AccessRule[] = []
  for (const rule of before) {
    const resources = rule.policy === 'bypass' ? [] : rule.resources.filter(each => meets(each, bypass))
    const methods = both(rule.methods, bypass.methods)
    if (resources.length === 0 || methods === undefined) continue
    const patterns = resources.map(withQuery)
    if (patterns.includes(undefined)) return undefined
    // Where it closes more than the bypass would open, it must close it as firmly as anything behind.
    const exact = resources.every(isLiteral) || bypass.resources.length === 0
    const narrow = rule.networks.length === 0 || bypass.networks.length === 0
    made.push({
      ...rule,
      policy: exact && narrow ? rule.policy : stricter(rule.policy, after),
      resources: patterns.flatMap(each => each ?? []),
      methods,
      networks: rule.networks.length === 0 ? bypass.networks : rule.networks,
      query: product(rule.query, bypass.query),
    })
  }
  return made
}

/** What fits both lists, where an empty one fits everything; undefined: nothing does. */
function both(one: readonly string[], other: readonly string[]): readonly string[] | undefined {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one
  const common = one.filter(each => other.includes(each))
  return common.length === 0 ? undefined : common
}

function product(one: AccessRule['query'], other: AccessRule['query']): AccessRule['query'] {
  if (one.length === 0 || other.length === 0) return one.length === 0 ? other : one
  return one.flatMap(tests => other.map(more => [...tests, ...more]))
}

const LITERAL = /^\^((?:[\w/~ -]|\\[./_-])*)(.*)$/s
const textOf = (escaped: string): string => escaped.replaceAll('\\', '')

/** `^/admin$`: one path and no other. */
const isLiteral = (source: string): boolean => LITERAL.exec(source)?.[2] === '$'

/** Endings that take a query as well, as Authelia's documents write them: `([/?].*)?$`, `(\?|$)`. */
const KNOWS_QUERIES =
  /^[^$|]*\((?:\?:)?(?:(?:\[\/?\?\]|\\\?)\.\*\)\?\$|(?:\/\|)?(?:\[\/?\?\]|\\\?)\|\$\)|\$\|(?:\/\|)?(?:\[\/?\?\]|\\\?)\))$/

/** Whether the pattern can match a path and not the same path with a query, and such a path can fit the bypass. */
function meets(source: string, bypass: AccessRule): boolean {
  if (KNOWS_QUERIES.test(source)) return false
  const atoms = atomsOf(source)
  const ends = atoms?.some(({ kind, text }) => kind === 'anchor' && text === '$') ?? /\$|\\z/.test(source)
  if (!ends || bypass.resources.length === 0) return ends
  const [, text = '', rest = ''] = LITERAL.exec(source) ?? []
  if (rest === '$') return bypass.resources.some(each => pattern(each).leads(textOf(text)))
  const start = prefixOf(source, false)
  return bypass.resources.some(each => {
    const begin = prefixOf(each, true)
    if (start === undefined || begin === undefined) return true
    return start.startsWith(begin) || begin.startsWith(start)
  })
}

/** What every match begins with; undefined: nothing is known. */
function prefixOf(source: string, anchored: boolean): string | undefined {
  const from = source.startsWith('^') ? source : `^${source}`
  const [, text = '', rest = ''] = LITERAL.exec(from) ?? []
  if ((!anchored && from !== source) || /\|/.test(rest.replaceAll(/\([^()]*\)/g, ''))) return undefined
  // What is repeated may not be there at all.
  return textOf(/^[*?{]/.test(rest) ? text.slice(0, text.at(-2) === '\\' ? -2 : -1) : text)
}

/** The same path, with a query behind it. */
function withQuery(source: string): string | undefined {
  const atoms = atomsOf(source)
  if (atoms === undefined || atoms.some(({ kind, depth }) => kind === 'or' && depth === 0)) return undefined
  const anchors = atoms.filter(({ kind }) => kind === 'anchor').map(({ text }) => text)
  const start = atoms[0]?.kind === 'anchor' && atoms[0].text === '^'
  if (atoms.at(-1)?.kind !== 'anchor' || anchors.join('') !== (start ? '^$' : '$')) return undefined
  const text = atoms.slice(start ? 1 : 0, -1).map(atom => atom.text)
  return `^${start ? '' : '[^?]*'}${text.join('')}\\?`
}
