/** Steps that many setup sheets share. */
import { sh } from './quote.ts'
import type { AppFacts, Step } from './types.ts'

/** How a Debian machine comes to trust the own authority. */
const DEBIAN = (authority: string): string[] => [
  `install -m 0644 -D gatehouse.crt ${sh(authority)}`,
  'update-ca-certificates',
]

/**
 * The step that makes the app trust the house's own authority; none where certificates are publicly known.
 * @param how what this app needs beside the machine's own store, or instead of it
 */
export function trust(
  { authority, portal }: AppFacts,
  how: {
    readonly text?: string
    /** Absent: it needs nothing but the machine's own store. */
    readonly commands?: (authority: string) => readonly string[]
    readonly file?: (authority: string) => Step['file']
    readonly beware?: string
  } = {},
): Step[] {
  if (authority === undefined) return []
  const { text, commands, file, beware } = how
  const given = file?.(authority)
  return [
    {
      title: "Let the app trust the house's own authority",
      text:
        text ??
        `The app itself calls ${portal}, whose certificate comes from the own authority. Copy \`gatehouse.crt\` to the app's machine, then:`,
      ...(commands === undefined && given !== undefined
        ? {}
        : { commands: commands?.(authority) ?? DEBIAN(authority) }),
      ...(given === undefined ? {} : { file: given }),
      ...(beware === undefined ? {} : { beware }),
    },
  ]
}

/** Commands for a Debian machine's own store, followed by what makes the app read it again. */
export const debianThen =
  (...more: readonly string[]) =>
  (authority: string): string[] => [...DEBIAN(authority), ...more]

/** The step that shows that it works. */
export const tryIt = (text: string, beware?: string): Step => ({
  title: 'Try it',
  text,
  ...(beware === undefined ? {} : { beware }),
})
