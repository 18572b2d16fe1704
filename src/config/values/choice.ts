import type { z } from 'zod'
import { nearest } from '../../lib/suggest.ts'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { scalar } from './scalar.ts'

const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} or ${words.at(-1)}`

/** One of a few words; `instead` maps what people write from habit to the word that is meant. */
export function choice<const W extends string>(
  words: readonly W[],
  instead: Readonly<Record<string, W>> = {},
): z.ZodType<W, unknown> {
  const read = (input: unknown): W => {
    const found = words.find(word => word === input)
    if (found !== undefined) return found
    const written = String(input)
    const meant = Object.hasOwn(instead, written) ? instead[written] : nearest(written, words)
    throw new Refusal(
      `${quote(input)} is not one of the words for this key: ${list(words)}.`,
      meant ?? list(words),
    )
  }
  return scalar(read, { type: 'string', enum: words, 'x-type': words.map(word => `\`${word}\``).join(', ') })
}

const yes = new Set(['yes', 'on', 'y', '1'])
const no = new Set(['no', 'off', 'n', '0'])

/** true or false; YAML 1.2 reads `yes`, `no`, `on` and `off` as mere words, which is a trap. */
export const truth = scalar(
  input => {
    if (typeof input === 'boolean') return input
    const written = String(input).toLowerCase()
    const meant =
      yes.has(written) || written === 'true'
        ? 'true'
        : no.has(written) || written === 'false'
          ? 'false'
          : undefined
    if (meant === undefined) throw new Refusal(`${quote(input)} is neither true nor false.`, 'true or false')
    throw new Refusal(`YAML reads ${quote(input)} as a word, not as yes or no.`, meant)
  },
  { type: 'boolean', 'x-type': 'true or false' },
)
