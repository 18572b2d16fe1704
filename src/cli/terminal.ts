/** Whether and how to colour. */
import type { Output, World } from './command.ts'

/** On a terminal alone, unless NO_COLOR (no-color.org) or a dumb terminal say otherwise. */
export function coloured(output: Output, env: World['env']): boolean {
  return output.isTTY === true && !env.NO_COLOR && env.TERM !== 'dumb'
}
