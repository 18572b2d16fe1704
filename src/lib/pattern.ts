/** Rules' patterns. They run on RE2, as Authelia's do: linear in the text, whatever the pattern. */
import { RE2JS } from 're2js'

export interface Pattern {
  /** As it was written. */
  readonly source: string
  /** The names of its named groups. */
  readonly groups: ReadonlySet<string>
  /** Whether the text holds a match anywhere. */
  search(text: string): boolean
  /** The named groups of the leftmost match, empty where a group took no part; undefined without a match. */
  capture(text: string): ReadonlyMap<string, string> | undefined
  /**
   * Whether the text's start matches, up to its end or to a slash: `/public` fits `/public` and
   * `/public/x`, and neither `/publicity` nor `/x/public`. Of several possible matches the longest counts;
   * one of nothing (`x*`) does not.
   */
  leads(text: string): boolean
}

/** A pattern that RE2 does not take; `message` is RE2's own, `source` the pattern. */
export class PatternError extends Error {
  readonly code = 'bad-pattern'
  readonly source: string
  constructor(source: string, message: string) {
    super(message)
    this.name = 'PatternError'
    this.source = source
  }
}

/**
 * Reads a pattern in RE2 syntax (https://github.com/google/re2/wiki/Syntax).
 * @throws PatternError where RE2 does not take it.
 */
export function pattern(source: string): Pattern {
  const compiled = read(source)
  const groups = new Set(Object.keys(compiled.namedGroups()))
  let leading: RE2JS | undefined
  return {
    source,
    groups,
    search: text => compiled.test(text),
    capture(text) {
      const match = compiled.matcher(text)
      if (!match.find()) return undefined
      return new Map([...groups].map(name => [name, match.group(name) ?? '']))
    },
    leads(text) {
      leading ??= read(source, RE2JS.LONGEST_MATCH)
      const match = leading.matcher(text)
      if (!match.lookingAt()) return false
      const end = match.end()
      return end === text.length || (end > 0 && (text[end] === '/' || text[end - 1] === '/'))
    },
  }
}

function read(source: string, flags = 0): RE2JS {
  try {
    return RE2JS.compile(source, flags)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw new PatternError(source, reason.replace(/^error parsing regexp: /, ''))
  }
}
