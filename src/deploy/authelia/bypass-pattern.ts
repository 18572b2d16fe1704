/**
 * A resource pattern of a `bypass` rule of ours, for Authelia. Ours is held against the path alone, from its
 * start, and its longest match must end where the path or a part of it ends; Authelia searches path and query,
 * anywhere. What is written here matches in Authelia's way whatever the pattern matches in ours, and nothing
 * else; a pattern for which that cannot be said is left to Gatehouse (undefined), so that Authelia's rules are
 * never the weaker ones.
 */
import { RE2JS } from 're2js'
import { type Atom, atomsOf } from './pattern-atoms.ts'

/** What may follow where the path, or a part of it, has ended. */
const PATH_ENDS = '(?:$|\\?)'
const PART_ENDS = '(?:$|[/?])'

/** @param source an RE2 pattern */
export function bypassForAuthelia(source: string): string | undefined {
  const read = atomsOf(source)
  if (read === undefined) return undefined
  const atoms = [...read]
  if (atoms[0]?.text === '^') atoms.shift()
  const ends = atoms.at(-1)?.text === '$'
  if (ends) atoms.pop()
  // Anchors in other places have another meaning once something follows.
  if (atoms.some(({ kind }) => kind === 'anchor')) return undefined
  const tail = ends ? PATH_ENDS : tailOf(atoms)
  if (tail === undefined) return undefined
  const text = atoms.map(atom => atom.text).join('')
  const alternatives = atoms.some(({ kind, depth }) => kind === 'or' && depth === 0)
  const made = alternatives ? `^(?:${text})${tail}` : `^${text}${tail}`
  return compiles(made) ? made : undefined
}

/** What must follow a match so that it is the longest and ends at an end; undefined: nothing says so. */
function tailOf(atoms: readonly Atom[]): string | undefined {
  const last = atoms.at(-1)
  if (last === undefined || atoms.some(({ kind, depth }) => kind === 'or' && depth === 0)) return undefined
  const plain = last.depth === 0 && last.kind === 'char'
  // Every match ends with a slash, so every one ends at an end.
  if (plain && last.text === '/' && last.repeat === '') return ''
  // Everything to the path's end belongs to the longest match.
  if (plain && last.any && /^[*+]\??$/.test(last.repeat)) return PATH_ENDS
  // Where all matches hold the same slashes and none ends with one, a match that ends before a slash cannot
  // be outgrown: the longer one would hold a slash more.
  const varies = atoms.some(({ slash, varies }) => slash && varies)
  const mayEndWithSlash = last.slash || /^[*?]|^\{0?,|^\{0\}/.test(last.repeat) || last.kind === 'close'
  return varies || mayEndWithSlash ? undefined : PART_ENDS
}

function compiles(source: string): boolean {
  try {
    RE2JS.compile(source)
    return true
  } catch {
    return false
  }
}
