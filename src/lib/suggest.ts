/**
 * The number of edits (insert, delete, replace, swap of neighbours) that turn one word into another:
 * the Damerau-Levenshtein distance in its "optimal string alignment" form.
 */
export function distance(left: string, right: string): number {
  let before: number[] = []
  let previous = Array.from({ length: right.length + 1 }, (_, column) => column)
  for (let row = 1; row <= left.length; row++) {
    const current = [row]
    for (let column = 1; column <= right.length; column++) {
      const same = left[row - 1] === right[column - 1]
      let best = Math.min(
        (previous[column] ?? 0) + 1,
        (current[column - 1] ?? 0) + 1,
        (previous[column - 1] ?? 0) + (same ? 0 : 1),
      )
      const swapped = left[row - 1] === right[column - 2] && left[row - 2] === right[column - 1]
      if (row > 1 && column > 1 && swapped) best = Math.min(best, (before[column - 2] ?? 0) + 1)
      current.push(best)
    }
    before = previous
    previous = current
  }
  return previous[right.length] ?? 0
}

const plain = (word: string): string => word.toLowerCase().replaceAll(/[-_ ]/g, '')

/**
 * The known word that was probably meant, or undefined where none is near: case, `-` and `_` count for
 * nothing, and a third of the word's letters may be wrong (at least one).
 */
export function nearest(word: string, known: Iterable<string>): string | undefined {
  if (word.length > 64) return undefined
  let best: string | undefined
  let least = Math.max(1, Math.floor(plain(word).length / 3)) + 1
  for (const candidate of known) {
    const edits = distance(plain(word), plain(candidate))
    if (edits < least) [best, least] = [candidate, edits]
  }
  return best
}
