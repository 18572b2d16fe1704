/** Query tests, on queries read as Go's url.ParseQuery reads them. */
import { type Pattern, pattern } from '../lib/pattern.ts'
import type { QueryTest } from '../types.ts'
import { PolicyError } from './policy-error.ts'
import { percentDecode } from './policy-path.ts'

/** The first value of each key. */
export type Query = ReadonlyMap<string, string>

/** Whether a query fits any of several lists of tests, all of which must hold. */
export type QueryMatch = (query: Query) => boolean

/**
 * Reads a query as Go does: split at `&`, `+` is a space, and a pair with a semicolon or a malformed
 * escape is dropped whole. Starts with its `?` or is empty.
 */
export function parseQuery(query: string): Query {
  const values = new Map<string, string>()
  for (const pair of query.slice(1).split('&')) {
    if (pair === '' || pair.includes(';')) continue
    const equals = pair.indexOf('=')
    const key = percentDecode(equals < 0 ? pair : pair.slice(0, equals), true)
    const value = percentDecode(equals < 0 ? '' : pair.slice(equals + 1), true)
    if (key !== undefined && value !== undefined && !values.has(key)) values.set(key, value)
  }
  return values
}

/** @throws PolicyError for a test that lacks its value or has a bad pattern. */
export function queryMatch(anyOf: readonly (readonly QueryTest[])[], label: string): QueryMatch {
  const lists = anyOf.map(allOf => allOf.map(test => one(test, label)))
  return query => lists.some(tests => tests.every(test => test(query)))
}

function one(test: QueryTest, label: string): QueryMatch {
  const { key, operator, value } = test
  if (operator === 'present') return query => query.has(key)
  if (operator === 'absent') return query => !query.has(key)
  if (value === undefined) throw new PolicyError('bad-query', label, `query key '${key}' has no value`)
  // A key that is absent has an empty value, as in Go.
  if (operator === 'equal') return query => (query.get(key) ?? '') === value
  if (operator === 'not equal') return query => (query.get(key) ?? '') !== value
  const compiled: Pattern = PolicyError.naming(label, () => pattern(value))
  if (operator === 'pattern') return query => compiled.search(query.get(key) ?? '')
  return query => !compiled.search(query.get(key) ?? '')
}
