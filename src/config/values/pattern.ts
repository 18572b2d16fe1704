import { RE2JS } from 're2js'
import { Refusal } from '../fault.ts'
import { asText, scalar } from './scalar.ts'

/** What JavaScript's and PCRE's patterns have and RE2, which never runs away, has not. */
const foreign: readonly (readonly [RegExp, string, string])[] = [
  [/\(\?[=!]/, 'lookahead "(?=" or "(?!"', 'a rule of its own, before this one'],
  [/\(\?<[=!]/, 'lookbehind "(?<=" or "(?<!"', 'a rule of its own, before this one'],
  [/\(\?>/, 'an atomic group "(?>"', 'a plain group (?:…)'],
  [/\\[1-9]|\\k</, 'a back reference', 'the words themselves: (a|b)'],
  [/[*+?}]\+/, 'a possessive quantifier', 'the same without the last +'],
  [/\\u[0-9a-fA-F]{4}/, '"\\u", as JavaScript writes it,', '\\x{00e9}'],
]

/** Reads a pattern in RE2's language, as Authelia's (Go's) are. */
export function readPattern(input: unknown): string {
  const written = asText(input, `'^/public/'`)
  if (written === '') throw new Refusal('An empty pattern matches everything.', `'^/public/'`)
  try {
    RE2JS.compile(written)
  } catch (error) {
    const bare = written.replaceAll(/\\\\/g, '').replaceAll(/\\[^1-9ku]/g, '')
    const found = foreign.find(([shape]) => shape.test(bare))
    if (found !== undefined)
      throw new Refusal(
        `Patterns here have no ${found[1].replace(/^an? /, '')} (they are RE2, as Authelia's).`,
        found[2],
      )
    if (/^\*/.test(written))
      throw new Refusal(
        'This is a shell pattern; a regular expression is wanted.',
        `'${written.replaceAll('.', '\\.').replaceAll('*', '.*')}'`,
      )
    throw new Refusal(`This is not a regular expression: ${reason(error)}.`, `'^/public/'`)
  }
  return written
}

/** RE2's own reason without the pattern, which the line shows anyway. */
function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : ''
  return /^error parsing regexp: ([^:`]+)/.exec(message)?.[1]?.trim() ?? 'RE2 cannot read it'
}

export const pattern = scalar(readPattern, {
  type: 'string',
  'x-type': 'RE2 pattern',
  'x-example': '^/public/',
})
