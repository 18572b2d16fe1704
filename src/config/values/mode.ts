import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { scalar } from './scalar.ts'

/** Reads a Unix mode in quotes, `'0660'`, to its number. Unquoted, YAML 1.2 reads 0660 as 660. */
export function readMode(input: unknown): number {
  if (typeof input === 'number') {
    const digits = String(input).padStart(4, '0')
    const hint = /^0[0-7]{3}$/.test(digits) ? `'${digits}'` : `'0660'`
    throw new Refusal(`Without quotes YAML reads a mode as the decimal number ${input}.`, hint)
  }
  if (typeof input !== 'string' || !/^0?[0-7]{3}$/.test(input)) {
    throw new Refusal(`${quote(input)} is not a mode of three octal digits.`, `'0660'`)
  }
  return Number.parseInt(input, 8)
}

export const mode = scalar(readMode, {
  type: 'string',
  pattern: '^0?[0-7]{3}$',
  'x-type': 'octal digits in quotes',
  'x-example': '0660',
})
