import type { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { scalar } from './scalar.ts'

/** A whole number from `least` to `most`. */
export function whole(least: number, most: number): z.ZodType<number, unknown> {
  const read = (input: unknown): number => {
    if (typeof input === 'string' && /^\d+$/.test(input)) {
      throw new Refusal(`A number is wanted here, and quotes make text of it.`, String(Number(input)))
    }
    if (typeof input !== 'number' || !Number.isInteger(input)) {
      throw new Refusal(`${quote(input)} is not a whole number.`, `a number from ${least} to ${most}`)
    }
    if (input < least || input > most) {
      throw new Refusal(`${input} is out of range.`, `a number from ${least} to ${most}`)
    }
    return input
  }
  return scalar(read, {
    type: 'integer',
    minimum: least,
    maximum: most,
    'x-type': `number, ${least} to ${most}`,
  })
}
