const milliseconds: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  millisecond: 1,
  s: 1000,
  second: 1000,
  m: 60_000,
  minute: 60_000,
  h: 3_600_000,
  hour: 3_600_000,
  d: 86_400_000,
  day: 86_400_000,
  w: 604_800_000,
  week: 604_800_000,
  M: 2_592_000_000,
  month: 2_592_000_000,
  y: 31_536_000_000,
  year: 31_536_000_000,
}

/** Go's time.Duration ends after some 292 years. */
const longest = 9_223_372_036_854

/**
 * Authelia's durations, in milliseconds: a number is seconds; a string is digits (seconds) or quantities
 * with units, `1M`, `1h30m`, `1 hour and 5 minutes` (a month has 30 days, a year 365). Undefined where
 * Authelia refuses it, `0s` among them.
 */
export function autheliaDuration(written: string | number): number | undefined {
  if (typeof written === 'number') return Math.round(written) * 1000
  if (written === '') return 0
  if (/^\d+$/.test(written)) return Number(written) * 1000
  const parts = [
    ...written
      .replaceAll('and', '')
      .replaceAll(' ', '')
      .matchAll(/([1-9]\d*?)([^\d\s]+)/g),
  ]
  if (parts.length === 0) return undefined
  let total = 0
  for (const [, quantity, unit = ''] of parts) {
    const size =
      milliseconds[unit] ??
      (unit.length > 3 && unit.endsWith('s') ? milliseconds[unit.slice(0, -1)] : undefined)
    if (size === undefined) return undefined
    total += Number(quantity) * size
  }
  return total <= longest ? total : undefined
}
