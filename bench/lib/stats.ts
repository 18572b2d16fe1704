/** Medians and their like. Pure. */

/** @param share 0 to 1; the nearest rank, so that every answer is a value that was seen. @throws RangeError for none */
export function percentile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b)
  const rank = Math.max(0, Math.ceil(share * sorted.length) - 1)
  const found = sorted[rank]
  if (found === undefined) throw new RangeError('no values')
  return found
}

/** The middle one; of an even number the mean of the two in the middle. @throws RangeError for none */
export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const upper = sorted[sorted.length >> 1]
  const lower = sorted[(sorted.length - 1) >> 1]
  if (upper === undefined || lower === undefined) throw new RangeError('no values')
  return (upper + lower) / 2
}

/** The least and the greatest. @throws RangeError for none */
export function range(values: readonly number[]): readonly [number, number] {
  if (values.length === 0) throw new RangeError('no values')
  return [Math.min(...values), Math.max(...values)]
}

/** The order of a round: everyone once, and a different one first each time, so that no place is anyone's own. */
export function rotated<T>(all: readonly T[], round: number): T[] {
  const from = all.length === 0 ? 0 : round % all.length
  return [...all.slice(from), ...all.slice(0, from)]
}
