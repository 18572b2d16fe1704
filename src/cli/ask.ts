/** A question with yes or no, on the terminal. */
import { createInterface } from 'node:readline'
import type { World } from './command.ts'

/** Whether the person typed y or yes; anything else, and the end of the input, is a no. */
export function yes(question: string, { stdin, stderr }: World): Promise<boolean> {
  stderr.write(`${question} [y/N] `)
  return new Promise(resolve => {
    const lines = createInterface({ input: stdin })
    lines.once('line', line => {
      resolve(/^y(es)?$/i.test(line.trim()))
      lines.close()
    })
    lines.once('close', () => resolve(false))
  })
}
