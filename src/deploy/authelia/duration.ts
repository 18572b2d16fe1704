const UNITS = [
  ['d', 86_400],
  ['h', 3600],
  ['m', 60],
  ['s', 1],
] as const

/**
 * Milliseconds as Authelia writes durations: `1h30m`. Parts of a second are rounded up, since Authelia reads
 * `0` as "take the default".
 */
export function autheliaTime(milliseconds: number): string {
  let left = Math.max(1, Math.ceil(milliseconds / 1000))
  let text = ''
  for (const [unit, seconds] of UNITS) {
    const count = Math.floor(left / seconds)
    if (count > 0) text += `${count}${unit}`
    left -= count * seconds
  }
  return text
}
