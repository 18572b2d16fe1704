import type { Fault } from './fault.ts'
import type { Reading } from './read.ts'

export interface Look {
  /** ANSI colours, for a terminal. */
  readonly colour?: boolean
}

type Paint = (code: number, text: string) => string

const width = 100

/** Characters that would move a terminal's cursor are shown as themselves would not be. */
function printable(text: string): string {
  return text
    .replaceAll('\t', '→')
    .replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}

/** The part of a long line that the caret marks. */
function window({ text, caret }: Fault): { text: string; at: number; length: number } {
  if (text.length <= width) return { text, ...caret }
  const start = Math.max(0, Math.min(caret.at - 40, text.length - width))
  const cut = text.slice(start, start + width)
  const shown = `${start > 0 ? '…' : ''}${cut}${start + width < text.length ? '…' : ''}`
  return {
    text: shown,
    at: caret.at - start + (start > 0 ? 1 : 0),
    length: Math.min(caret.length, width - (caret.at - start)),
  }
}

function formatOne(fault: Fault, kind: 'fault' | 'warning', paint: Paint): string {
  const colour = kind === 'fault' ? 31 : 33
  const place = fault.line === 0 ? fault.file : `${fault.file}:${fault.line}:${fault.column}`
  const lines = [`${paint(1, printable(place))}  ${paint(colour, `${kind}:`)} ${printable(fault.message)}`]
  if (fault.line > 0) {
    const number = String(fault.line).padStart(4)
    const { text, at, length } = window(fault)
    lines.push(paint(2, `${number} | `) + printable(text))
    lines.push(`${paint(2, '     | ')}${' '.repeat(at)}${paint(colour, '^'.repeat(length))}`)
  }
  if (fault.hint !== undefined)
    lines.push(`     ${fault.adds === true ? 'add' : 'write instead'}: ${paint(32, printable(fault.hint))}`)
  return lines.join('\n')
}

/** Faults as a person reads them: place, message, the line, a caret, and what to write instead. */
export function formatFaults(
  faults: readonly Fault[],
  look: Look & { readonly kind?: 'fault' | 'warning' } = {},
): string {
  const paint: Paint =
    look.colour === true ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_code, text) => text
  return faults.map(fault => `${formatOne(fault, look.kind ?? 'fault', paint)}\n`).join('\n')
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** All that `gatehouse check` prints of a reading, its last line included. */
export function formatReading(file: string, reading: Reading, look: Look = {}): string {
  const parts = [
    formatFaults(reading.faults, look),
    formatFaults(reading.warnings, { ...look, kind: 'warning' }),
  ]
  const { config } = reading
  const sum = [
    count(reading.faults.length, 'fault'),
    ...(reading.warnings.length > 0 ? [count(reading.warnings.length, 'warning')] : []),
  ].join(', ')
  if (config === undefined) parts.push(`${file}: ${sum}.\n`)
  else {
    const also = reading.warnings.length > 0 ? `, with ${count(reading.warnings.length, 'warning')}` : ''
    parts.push(
      `${file} is fine${also}: ${count(config.apps.length + config.oidc_apps.length, 'app')} of ${config.domain}.\n`,
    )
  }
  return parts.filter(part => part !== '').join('\n')
}
