/** Keeps the lines of a text that a writer of YAML spaced otherwise and did not change. */
import { isDeepStrictEqual } from 'node:util'
import { diffArrays } from 'diff'
import { parse } from 'yaml'

const bare = (line: string): string => line.replaceAll(/\s+/g, '')

function value(text: string): unknown {
  try {
    return parse(text)
  } catch {
    return undefined
  }
}

/**
 * The new text, with every line as the old one has it that differs in spaces alone.
 * @param before as its owner wrote it
 * @param after as the library wrote it again, after changes
 */
export function keepLines(before: string, after: string): string {
  const [old, fresh] = [before.split('\n'), after.split('\n')]
  const kept: string[] = []
  let [from, to] = [0, 0]
  for (const { added, removed, count } of diffArrays(old, fresh, {
    comparator: (one, other) => bare(one) === bare(other),
  })) {
    if (removed) from += count
    else {
      kept.push(...(added ? fresh.slice(to, to + count) : old.slice(from, from + count)))
      to += count
      if (!added) from += count
    }
  }
  const text = kept.join('\n')
  // Spaces mean something in YAML: where they did here, the library's spelling is taken.
  return isDeepStrictEqual(value(text), value(after)) ? text : after
}
