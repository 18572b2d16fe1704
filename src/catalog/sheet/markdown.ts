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

/** Text that Markdown and HTML leave as it is (CommonMark 0.31, 2.4). */
const escaped = (text: string): string => harmless(text).replaceAll(/[\\`*_[\]<>#|~&!]/g, '\\$&')

/** Text in which only code is marked. */
const prose = (text: string): string =>
  pieces(text)
    .map(piece => (piece.code ? code(piece.text) : escaped(piece.text)))
    .join('')

const longestRun = (text: string): number =>
  Math.max(0, ...[...text.matchAll(/`+/g)].map(([run]) => run.length))

/** A code span with a fence that its text does not have (CommonMark 0.31, 6.1); of one line. */
function code(text: string): string {
  const plain = harmless(text).replaceAll('\n', ' ')
  const fence = '`'.repeat(longestRun(plain) + 1)
  const pad = /^`|`$|^ .* $/.test(plain) ? ' ' : ''
  return `${fence}${pad}${plain}${pad}${fence}`
}

function block(text: string, language: string): string {
  const fence = '`'.repeat(Math.max(3, longestRun(text) + 1))
  return `${fence}${language}\n${harmless(text).replace(/\n$/, '')}\n${fence}\n`
}

/** In a table a bar ends the cell even within code (GFM 4.10). */
const cell = (text: string): string => code(text).replaceAll('|', '\\|')

const table = (head: readonly [string, string], rows: readonly (readonly [string, string])[]): string =>
  [
    `| ${head.join(' | ')} |`,
    '|---|---|',
    ...rows.map(([label, value]) => `| ${escaped(label)} | ${value === '' ? '' : cell(value)} |`),
    '',
  ].join('\n')

function stepText(number: number, step: Step): string {
  const { title, text, file, commands, fields, beware } = step
  return [
    `## ${number}. ${prose(title)}\n`,
    ...(text === undefined ? [] : [`${prose(text)}\n`]),
    ...(file === undefined ? [] : [`${code(file.path)}:\n`, block(file.content, file.language)]),
    ...(commands === undefined ? [] : [block(commands.join('\n'), 'sh')]),
    ...(fields === undefined ? [] : [table(['Field', 'Value'], fields)]),
    ...(beware === undefined ? [] : [`> **Beware:** ${prose(beware)}\n`]),
  ].join('\n')
}

const sources = (list: readonly string[]): string =>
  list.map(source => (/^https:\/\/[^\s<>]+$/.test(source) ? `<${source}>` : escaped(source))).join(', ')

/** The sheet as Markdown (CommonMark with tables). */
export function markdownSheet(sheet: Sheet): string {
  const { app, title, facts, masked, warnings, steps, checked } = sheet
  return [
    `# ${escaped(title)}: ${escaped(app)}\n`,
    ...(sheet.example ? [`${prose(EXAMPLE)}\n`] : []),
    table(['', `signs in by ${escaped(sheet.signsIn)}`], facts),
    ...(sheet.showsSecret ? [`> **Secret:** ${prose(SHOWN)}\n`] : []),
    ...(masked === undefined ? [] : [`${prose(maskedText(masked.placeholder, masked.command))}\n`]),
    ...warnings.map(text => `> **Warning:** ${prose(text)}\n`),
    ...numbered(steps).map(([number, step]) => stepText(number, step)),
    ...(sheet.settings.length === 0
      ? []
      : [
          `## ${SETTINGS}\n`,
          `${prose(SETTINGS_TEXT)}\n`,
          ...sheet.settings.map(each => `- ${code(each.name)}: ${prose(settingText(each))}`),
          '',
        ]),
    '---\n',
    `${escaped(checkedLine(checked))}: ${sources(checked.sources)}.${checked.unsure === undefined ? '' : ` Not checked: ${prose(checked.unsure)}`}\n`,
  ].join('\n')
}
