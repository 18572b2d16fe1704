import type { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { scalar } from './scalar.ts'

const units: Readonly<Record<string, number>> = {
  w: 604_800_000,
  d: 86_400_000,
  h: 3_600_000,
  m: 60_000,
  s: 1000,
  ms: 1,
}

const exact = /^(?:\d+w)?(?:\d+d)?(?:\d+h)?(?:\d+m(?!s))?(?:\d+s)?(?:\d+ms)?$/

/** What people write for a unit from habit. */
const habits: readonly (readonly [RegExp, string])[] = [
  [/^(millisecond|msec)s?$/i, 'ms'],
  [/^(second|sec)s?$/i, 's'],
  [/^(minute|min)s?$/i, 'm'],
  [/^(hour|hr)s?$/i, 'h'],
  [/^days?$/i, 'd'],
  [/^weeks?$/i, 'w'],
]

function guess(written: string): string | undefined {
  const parts = /^(\d+(?:\.\d+)?)\s*([a-z]+)$/i.exec(written.trim())
  const [, count, unit] = parts ?? []
  if (count === undefined || unit === undefined) return undefined
  if (unit === 'M') return `${Number(count) * 30}d`
  if (/^(y|years?)$/i.test(unit)) return `${Number(count) * 365}d`
  const name = habits.find(([pattern]) => pattern.test(unit))?.[1] ?? unit.toLowerCase()
  const size = units[name]
  if (size === undefined) return undefined
  return Number.isInteger(Number(count)) ? `${Number(count)}${name}` : show(Math.round(Number(count) * size))
}

/** Milliseconds as the file would say it: `90s`, `5m`. */
function show(milliseconds: number): string {
  for (const [unit, size] of Object.entries(units)) {
    if (milliseconds >= size && milliseconds % size === 0) return `${milliseconds / size}${unit}`
  }
  return '0s'
}

/**
 * Text like `2s`, `5m`, `1h30m`, `500ms` to milliseconds.
 * @throws Refusal where a unit is missing or unknown: a bare 5 means seconds to one reader and
 * milliseconds to the next.
 */
export function readDuration(input: unknown): number {
  if (typeof input === 'number') {
    const hint = Number.isInteger(input) && input >= 0 ? `${input}s` : '5s'
    throw new Refusal(`A duration needs a unit: ms, s, m, h, d or w.`, hint)
  }
  const written = typeof input === 'string' ? input : ''
  if (written === '' || !exact.test(written)) {
    throw new Refusal(
      `${quote(input)} is not a duration.`,
      guess(written) ?? 'a duration like 500ms, 2s, 5m or 1h30m',
    )
  }
  let sum = 0
  for (const [, count, unit] of written.matchAll(/(\d+)(ms|[wdhms])/g))
    sum += Number(count) * (units[unit ?? ''] ?? 0)
  return sum
}

/** A duration between `least` and `most`, both as the file writes them. */
export function duration(least: string, most: string): z.ZodType<number, unknown> {
  const read = (input: unknown): number => {
    const milliseconds = readDuration(input)
    if (milliseconds < readDuration(least)) {
      throw new Refusal(`${quote(input)} is too short: ${least} at least.`, least)
    }
    if (milliseconds > readDuration(most))
      throw new Refusal(`${quote(input)} is too long: ${most} at most.`, most)
    return milliseconds
  }
  return scalar(read, {
    type: 'string',
    pattern: '^([0-9]+w)?([0-9]+d)?([0-9]+h)?([0-9]+m)?([0-9]+s)?([0-9]+ms)?$',
    'x-type': `duration, ${least} to ${most}`,
  })
}
