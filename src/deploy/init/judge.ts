/** Judges single answers with the configuration's own readers, so that what is written passes `check`. */
import type { z } from 'zod'
import { Refusal } from '../../config/fault.ts'

type Reader = ((input: unknown) => unknown) | z.ZodType<unknown, unknown>

/** What is wrong with an answer, in one sentence and what to write instead; undefined: nothing. */
export function wrongWith(reader: Reader, input: string): string | undefined {
  if (typeof reader !== 'function') {
    const [issue] = reader.safeParse(input).error?.issues ?? []
    if (issue === undefined) return undefined
    const { params } = issue as { params?: { hint?: string } }
    return sentence(issue.message, params?.hint)
  }
  try {
    reader(input)
    return undefined
  } catch (error) {
    if (error instanceof Refusal) return sentence(error.message, error.hint)
    throw error
  }
}

const sentence = (message: string, hint: string | undefined): string =>
  hint === undefined ? message : `${message} Write: ${hint}`
