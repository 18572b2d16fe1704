import { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'

/**
 * What the schema says of a value beside its type. Keys of JSON Schema go into the editor's schema;
 * `x-` keys are for our own documents and are left out of it.
 */
export interface Notes {
  readonly [key: string]: unknown
  readonly type?: string
  /** How the document names the type. */
  readonly 'x-type'?: string
  /** A value to show where there is no default. */
  readonly 'x-example'?: unknown
}

/**
 * One value of the file: `read` turns what YAML gave into what the code uses, or throws a Refusal in
 * words for a person. A missing value is one of our own faults, since `read` knows what to write.
 */
export function scalar<T>(read: (input: unknown) => T, notes: Notes): z.ZodType<T, unknown> {
  return z
    .unknown()
    .transform((input, context): T => {
      try {
        if (input === null) throw new Refusal('This key has no value.')
        return read(input)
      } catch (error) {
        if (!(error instanceof Refusal)) throw error
        const missing = input === undefined
        const hint = error.hint ?? (notes['x-example'] === undefined ? undefined : String(notes['x-example']))
        context.addIssue({ code: 'custom', message: error.message, params: { hint, missing } })
        return z.NEVER
      }
    })
    .meta(notes)
}

/** The input as text, or a Refusal that says what YAML made of it. */
export function asText(input: unknown, example: string): string {
  if (typeof input === 'string') return input
  if (typeof input === 'number' || typeof input === 'boolean') {
    throw new Refusal(`YAML reads ${String(input)} as a ${typeof input}, and text is wanted here.`, example)
  }
  throw new Refusal(`One value is wanted here, not ${quote(input)}.`, example)
}

/** A list where YAML may hold one value: `host: a` is `hosts: [a]`. */
export function oneOrMore<T>(inner: z.ZodType<T, unknown>): z.ZodType<T[], unknown> {
  return z
    .preprocess(
      input => (input === undefined || input === null || Array.isArray(input) ? input : [input]),
      z.array(inner).nonempty(),
    )
    .meta({ 'x-one-or-more': true })
}
