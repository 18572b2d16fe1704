import type { z } from 'zod'
import { nearest } from '../lib/suggest.ts'
import type { Path, Problem } from './fault.ts'
import { comesLater } from './later.ts'
import { quote } from './redact.ts'
import { homesOf, outlineAt } from './schema/outline.ts'
import { getAt, isGroup } from './tree.ts'

type Issue = z.core.$ZodIssue

const places: Readonly<Record<string, string>> = {
  '': 'at the top of the file, without indentation',
  'apps.<app>': "below an app's name",
}

function unknownKey(path: Path, key: string): Problem {
  const full = [...path, key]
  const later = comesLater(full)
  if (later !== undefined) {
    return {
      path: full,
      atKey: true,
      message: `"${key}" (${later}) comes with a later version of Gatehouse and does nothing yet.`,
      hint: 'nothing: take this key out for now',
    }
  }
  const known = Object.keys(outlineAt(path)?.properties ?? {})
  const glued = /^([\w-]+):/.exec(key)?.[1]
  if (glued !== undefined) {
    return {
      path: full,
      atKey: true,
      message: 'A space is missing after the colon.',
      hint: `${glued}: ${key.slice(glued.length + 1)}`.trimEnd(),
    }
  }
  const near = nearest(key, known)
  if (near !== undefined)
    return { path: full, atKey: true, message: `There is no key ${quote(key)} here.`, hint: `${near}:` }
  const home = homesOf(key).find(at => at !== path.join('.'))
  if (home !== undefined) {
    return {
      path: full,
      atKey: true,
      message: `"${key}" belongs ${places[home] ?? `below ${home.replaceAll('.', ' → ')}`}: is it indented right?`,
      hint: home === '' ? `${key}: at the left edge` : inHome(home, key),
    }
  }
  return {
    path: full,
    atKey: true,
    message: `There is no key ${quote(key)} here.`,
    hint: `one of ${known.join(', ')}`,
  }
}

/** The key in its home, on one line: `apps: { <app>: { policy: … } }`. */
function inHome(home: string, key: string): string {
  const steps = home.split('.')
  return `${steps.map(step => `${step}: { `).join('')}${key}: …${' }'.repeat(steps.length)}`
}

/** What an unknown key was probably meant to be. */
function meant(key: string, known: readonly string[]): string | undefined {
  return nearest(/^([\w-]+):/.exec(key)?.[1] ?? key, known)
}

function missing(path: Path): Problem {
  const key = String(path.at(-1))
  const node = outlineAt(path)
  const example = node?.['x-example']
  const hint = typeof example === 'string' ? `${key}: ${example}` : `${key}:`
  return {
    path: path.slice(0, -1),
    atKey: true,
    adds: true,
    message: `The key "${key}" is missing here.`,
    hint,
  }
}

/** Whether the missing key is there under another name, which is a fault of its own. */
function misspelt(raw: unknown, path: Path): boolean {
  const around = getAt(raw, path.slice(0, -1))
  const known = Object.keys(outlineAt(path.slice(0, -1))?.properties ?? {})
  return (
    isGroup(around) &&
    Object.keys(around).some(key => !known.includes(key) && meant(key, known) === path.at(-1))
  )
}

function wrongShape(path: Path, expected: string, value: unknown): Problem {
  const key = path.at(-1)
  const name = key === undefined ? 'The file' : typeof key === 'number' ? 'This entry' : `"${key}"`
  if (expected === 'array') {
    return {
      path,
      message: `${name} wants a list, not ${quote(value)}.`,
      hint:
        value === null
          ? '- and the first entry on the next line'
          : 'the same as a list: [ … ], or lines that start with "- "',
    }
  }
  const inside = Object.keys(outlineAt(path)?.properties ?? {}).slice(0, 3)
  const keys = inside.length > 0 ? inside.join(', ') : 'a name for each'
  if (value === null || value === undefined) {
    return {
      path,
      atKey: true,
      message: `Nothing stands below ${name}: are the lines after it indented far enough?`,
      hint: `its keys (${keys}), with two more spaces than ${name} has`,
    }
  }
  const glued = typeof value === 'string' && /^\w+:\S/.test(value)
  if (glued) return { path, message: 'A space is missing after the colon.', hint: value.replace(':', ': ') }
  return {
    path,
    message: `${name} wants keys of its own, not ${quote(value)}.`,
    hint: `{ ${inside[0] ?? 'key'}: … }`,
  }
}

function one(issue: Issue, raw: unknown): Problem[] {
  const path = issue.path.filter(step => typeof step !== 'symbol')
  if (issue.code === 'unrecognized_keys') return issue.keys.map(key => unknownKey(path, key))
  const value = getAt(raw, path)
  if (issue.code === 'invalid_type') {
    if (value === undefined && path.length > 0) return misspelt(raw, path) ? [] : [missing(path)]
    return [wrongShape(path, issue.expected, value)]
  }
  if (issue.code === 'too_small')
    return [{ path, message: 'This list is empty.', hint: 'at least one entry, or not the key at all' }]
  if (issue.code === 'custom') {
    if (issue.params?.missing === true) return misspelt(raw, path) ? [] : [missing(path)]
    const hint: unknown = issue.params?.hint
    return [{ path, message: issue.message, ...(typeof hint === 'string' ? { hint } : {}) }]
  }
  return [{ path, message: 'This value will not do.' }]
}

/** Keys of an app that stand where the names of apps belong: the commonest slip of indentation. */
function outdented(raw: unknown): string[] {
  const apps = isGroup(raw) ? raw.apps : undefined
  if (!isGroup(apps)) return []
  const own = Object.keys(outlineAt(['apps', 'any'])?.properties ?? {})
  return own.filter(
    key => Object.hasOwn(apps, key) && !(isGroup(apps[key]) && Object.hasOwn(apps[key], 'upstream')),
  )
}

/** What zod found, in words for a person, each with its place in the tree. */
export function explain(issues: readonly Issue[], raw: unknown): Problem[] {
  const slipped = outdented(raw)
  const problems: Problem[] = slipped.map(key => ({
    path: ['apps', key],
    atKey: true,
    message: `"${key}" is a key of an app, and stands where the name of an app belongs.`,
    hint: 'the same line with two more spaces in front',
  }))
  for (const issue of issues) {
    const [top, app] = issue.path
    if (top === 'apps' && slipped.includes(String(app))) continue
    if (
      top === 'apps' &&
      slipped.length > 0 &&
      issue.path.length === 2 &&
      getAt(raw, ['apps', String(app)]) === null
    )
      continue
    problems.push(...one(issue, raw))
  }
  return problems
}
