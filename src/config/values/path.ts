import type { z } from 'zod'
import { Refusal } from '../fault.ts'
import { asText, scalar } from './scalar.ts'

/** Reads the path of a file. What looks like the file's content is refused without showing it. */
export function readPath(input: unknown, example: string): string {
  const written = asText(input, example)
  if (written.includes('-----BEGIN') || written.includes('\n')) {
    throw new Refusal('The path of a file is wanted here, not what stands in it.', example)
  }
  if (written.trim() === '' || written.includes('\0'))
    throw new Refusal('The path of a file is wanted here.', example)
  if (/^[a-z]+:\/\//i.test(written))
    throw new Refusal('The path of a file is wanted here, not a URL.', example)
  if (written.startsWith('~'))
    throw new Refusal('"~" means nothing here: write the whole path.', `/home/you${written.slice(1)}`)
  return written
}

/** A file's path, absolute or relative to the configuration. */
export function path(example: string): z.ZodType<string, unknown> {
  return scalar(input => readPath(input, example), {
    type: 'string',
    'x-type': 'path of a file',
    'x-example': example,
  })
}
