import type { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

/** One line of text without control characters, 255 characters at most. */
export function text(example: string, wanted = 'text'): z.ZodType<string, unknown> {
  return scalar(
    input => {
      const written = asText(input, example)
      if (written.trim() === '' || written.length > 255)
        throw new Refusal(`Text of 1 to 255 characters is wanted here.`, example)
      if (/[\u0000-\u001f\u007f]/.test(written))
        throw new Refusal(`${quote(written)} has a line break or another control character.`, example)
      return written
    },
    { type: 'string', 'x-type': wanted, 'x-example': example },
  )
}

/** Text of a fixed shape; `wanted` says in words which. */
export function shaped(pattern: RegExp, wanted: string, example: string): z.ZodType<string, unknown> {
  return scalar(
    input => {
      const written = asText(input, example)
      if (pattern.test(written)) return written
      throw new Refusal(`${quote(written)} will not do: ${wanted}.`, example)
    },
    { type: 'string', pattern: pattern.source, 'x-type': wanted, 'x-example': example },
  )
}
