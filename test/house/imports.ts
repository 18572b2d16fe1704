/** Which room of src may import which: down only. */
import { posix } from 'node:path'

/** The floors, from the ground up. What is on one floor may import from the floors below and from its own room. */
const FLOORS: readonly (readonly string[])[] = [
  ['types', 'lib'],
  ['catalog'],
  ['config'],
  ['authz/policy', 'session', 'upstream'],
  ['authz'],
  ['door', 'portal'],
  ['deploy'],
  ['server', 'doctor'],
  ['demo'],
  ['cli'],
  ['main'],
]

/** The room of a file of src: its first folder, or its own name; policy is a floor below the rest of authz. */
export function room(file: string): string {
  const [, first = '', second = ''] = file.split('/')
  if (first === 'authz' && second.startsWith('policy')) return 'authz/policy'
  return first.replace(/[.-].*$/, '')
}

const floor = (name: string): number => FLOORS.findIndex(rooms => rooms.includes(name))

/** The files that a source imports by a relative path, seen from the root. */
export function importsOf(file: string, source: string): string[] {
  const found = source.matchAll(
    /^\s*(?:import|export)\b[^'"`;]*?from\s*['"](\.[^'"]+)['"]|^\s*import\s*['"](\.[^'"]+)['"]|import\(\s*['"](\.[^'"]+)['"]/gm,
  )
  return [...found].map(match => posix.join(posix.dirname(file), match[1] ?? match[2] ?? match[3] ?? ''))
}

/** What is wrong with an import, or undefined. */
export function trespass(from: string, to: string): string | undefined {
  const [here, there] = [room(from), room(to)]
  if (!to.startsWith('src/')) return `${from} imports ${to}, which is not part of the program`
  if (floor(here) < 0) return `${from} is in a room that has no floor: ${here}`
  if (floor(there) < 0) return `${to} is in a room that has no floor: ${there}`
  if (here === there || floor(there) < floor(here)) return undefined
  const shared = here === 'lib' && there === 'types'
  return shared ? undefined : `${from} imports ${to}: ${here} may not look up or across to ${there}`
}
