import type { z } from 'zod'
import { nearest } from '../../lib/suggest.ts'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

/** The kinds of the other list of apps, and why they stand there. */
export interface Elsewhere {
  readonly kinds: readonly string[]
  readonly why: string
  /** What to write instead. */
  readonly there: (kind: string) => string
}

/** A kind of the catalogue. They are too many to be named in a message: `gatehouse apps` lists them. */
export function kind(
  kinds: readonly string[],
  elsewhere: Elsewhere,
  example: string,
): z.ZodType<string, unknown> {
  const read = (input: unknown): string => {
    const written = asText(input, example)
    if (kinds.includes(written)) return written
    if (elsewhere.kinds.includes(written))
      throw new Refusal(`"${written}" ${elsewhere.why}`, elsewhere.there(written))
    const meant = nearest(written, kinds)
    throw new Refusal(
      `The catalogue has no kind ${quote(written)}; "gatehouse apps" lists them.`,
      meant ?? example,
    )
  }
  return scalar(read, { type: 'string', enum: kinds, 'x-type': 'a kind that `gatehouse apps` lists' })
}
