import type { Step } from '../types.ts'
import type { Sheet } from './sheet.ts'
import {
  checkedLine,
  EXAMPLE,
  harmless,
  maskedText,
  numbered,
  pieces,
  SETTINGS,
  SETTINGS_TEXT,
  SHOWN,
  settingText,
} from './text.ts'

export interface TerminalOptions {
  readonly colour?: boolean
  /** Columns; text is wrapped within, code never, so that it can be copied. */
  readonly width?: number
}

type Paint = (style: keyof typeof STYLES, text: string) => string

const STYLES = { bold: '1', dim: '2', code: '36', beware: '33', alarm: '1;31' } as const

/** Code among words: coloured, or in its backquotes where there is no colour. */
function mark(text: string, paint: Paint): readonly [plain: string, shown: string] {
  const shown = paint('code', text)
  return shown === text ? [`\`${text}\``, `\`${text}\``] : [text, shown]
}

/** Wraps words; each keeps its colour, which takes no room. */
function wrapped(text: string, width: number, indent: string, paint: Paint): string {
  const words = pieces(harmless(text)).flatMap(({ text, code }) =>
    code ? [{ text, code }] : text.split(/(\s+)/).map(word => ({ text: word, code: false })),
  )
  const lines: string[] = []
  let line = ''
  let used = 0
  // A word with the code that touches it, such as `--out`, (with brackets).
  let unit = { text: '', shown: '' }
  const flush = (): void => {
    if (unit.text === '') return
    const room = used === 0 ? 0 : 1
    if (used > 0 && used + room + unit.text.length > width - indent.length) {
      lines.push(line)
      line = unit.shown
      used = unit.text.length
    } else {
      line += (room === 1 ? ' ' : '') + unit.shown
      used += room + unit.text.length
    }
    unit = { text: '', shown: '' }
  }
  for (const { text, code } of words) {
    if (!code && /^\s*$/.test(text)) flush()
    else {
      const [plain, shown] = code ? mark(text, paint) : [text, text]
      unit = { text: unit.text + plain, shown: unit.shown + shown }
    }
  }
  flush()
  if (used > 0) lines.push(line)
  return lines.map(each => `${indent}${each}\n`).join('')
}

/** Labels and values beside each other; values are never cut. */
function table(rows: readonly (readonly [string, string])[], indent: string, paint: Paint): string {
  const width = Math.max(0, ...rows.map(([label]) => harmless(label).length))
  const row = ([label, value]: readonly [string, string]): string =>
    value === '' ? harmless(label) : `${harmless(label).padEnd(width)}  ${paint('code', harmless(value))}`
  return rows.map(each => `${indent}${row(each)}\n`).join('')
}

const block = (text: string, indent: string, paint: Paint): string =>
  harmless(text)
    .replace(/\n$/, '')
    .split('\n')
    .map(line => (line === '' ? '\n' : `${indent}${paint('code', line)}\n`))
    .join('')

function stepText(number: number, step: Step, width: number, paint: Paint): string {
  const indent = '   '
  const inner = `${indent}    `
  const { title, text, file, commands, fields, beware } = step
  const parts = [
    `${paint('bold', `${number}. ${harmless(title)}`)}\n`,
    ...(text === undefined ? [] : [wrapped(text, width, indent, paint)]),
    ...(file === undefined
      ? []
      : [`${indent}${paint('dim', harmless(file.path))}\n`, block(file.content, inner, paint)]),
    ...(commands === undefined
      ? []
      : [
          file === undefined ? '' : `${indent}${paint('dim', 'then')}\n`,
          block(commands.join('\n'), inner, paint),
        ]),
    ...(fields === undefined ? [] : [table(fields, inner, paint)]),
    ...(beware === undefined ? [] : [wrapped(`Beware: ${beware}`, width, indent, paint)]),
  ]
  return parts.join('')
}

const settingsText = ({ settings }: Sheet, width: number, paint: Paint): string =>
  [
    `${paint('bold', SETTINGS)}\n`,
    wrapped(SETTINGS_TEXT, width, '   ', paint),
    ...settings.map(
      each =>
        `   ${paint('code', harmless(each.name))}\n${wrapped(settingText(each), width, '      ', paint)}`,
    ),
  ].join('')

/** The sheet for a terminal or a pipe: code stands alone on its lines. */
export function terminalSheet(sheet: Sheet, { colour = false, width = 80 }: TerminalOptions = {}): string {
  const paint: Paint = (style, text) =>
    colour && text !== '' ? `\u001b[${STYLES[style]}m${text}\u001b[0m` : text
  const room = Math.max(40, Math.min(width, 100))
  const { app, title, facts, masked, warnings, steps, checked } = sheet
  const say = (text: string): string => wrapped(text, room, '', paint)
  const notes = [
    ...(sheet.example ? [say(EXAMPLE)] : []),
    ...(sheet.showsSecret ? [say(SHOWN)] : []),
    ...(masked === undefined ? [] : [say(maskedText(masked.placeholder, masked.command))]),
    ...warnings.map(text => `${paint('alarm', 'Warning')}\n${wrapped(text, room, '   ', paint)}`),
  ]
  const end = [
    paint('dim', `${harmless(checkedLine(checked))}:`),
    ...checked.sources.map(source => paint('dim', `   ${harmless(source)}`)),
  ]
  return [
    `${paint('bold', harmless(`${title}: ${app}`))} (${harmless(sheet.signsIn)})\n`,
    table(facts, '   ', paint),
    ...notes,
    ...numbered(steps).map(([number, step]) => stepText(number, step, room, paint)),
    ...(sheet.settings.length === 0 ? [] : [settingsText(sheet, room, paint)]),
    `${end.join('\n')}\n${checked.unsure === undefined ? '' : wrapped(`Not checked: ${checked.unsure}`, room, '', paint)}`,
  ].join('\n')
}
