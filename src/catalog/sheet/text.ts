/** Text of a sheet: plain words with `code` in backquotes. */
import type { KnownSetting } from './sheet.ts'

export interface Piece {
  readonly text: string
  readonly code: boolean
}

/** The words and the code of a text, in order; a backquote without its partner is a word's. */
export function pieces(text: string): Piece[] {
  return text
    .split(/(`[^`]+`)/)
    .filter(part => part !== '')
    .map(part =>
      /^`[^`]+`$/.test(part) ? { text: part.slice(1, -1), code: true } : { text: part, code: false },
    )
}

/**
 * Text that cannot move a terminal's cursor or turn the reading direction: control characters but the line
 * feed and the tab, and bidirectional marks, become U+FFFD (CVE-2021-42574).
 */
export function harmless(text: string): string {
  return text.toWellFormed().replaceAll(/[\0-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/g, '\ufffd')
}

/** The steps as they are counted: a heading names the last number with it. */
export const numbered = <T>(steps: readonly T[]): (readonly [number: number, step: T])[] =>
  steps.map((step, index) => [index + 1, step])

/** The last line of a sheet: what it was checked against. */
export function checkedLine(checked: { readonly version: string; readonly on: string }): string {
  return `Checked against ${checked.version} on ${checked.on}`
}

export const EXAMPLE =
  'This app is not in your gatehouse.yml: names and addresses are examples. With it there, the sheet has your own.'

export const SHOWN = 'The client secret stands here in the clear: do not leave this lying about.'

/** What to put where the placeholder stands. */
export const maskedText = (placeholder: string, command: string): string =>
  `Where it says \`${placeholder}\`, put what \`${command}\` prints.`

export const SETTINGS = 'Settings of this kind'
export const SETTINGS_TEXT = 'They may stand below `settings` of the app in gatehouse.yml.'

/** A setting in a sentence or two. */
export function settingText({ describe, value, example }: KnownSetting): string {
  const now = value === undefined ? 'Not set' : `Now \`${value}\``
  const like = example === undefined || example === value ? '' : `, for example \`${example}\``
  return `${describe} ${now}${like}.`
}
