/** What the doctor found, for a person: what is fine in short, then warnings, then faults, nearest to the prompt. */
import type { Report, Result } from './run.ts'
import type { Finding, Level } from './types.ts'

export interface Look {
  readonly colour: boolean
  /** Columns; lines are broken between words. */
  readonly width: number
}

type Paint = (code: number, text: string) => string
type Trouble = Extract<Finding, { readonly level: 'warning' | 'fault' }>

/** Texts of servers stand in it: what would move a terminal's cursor or turn its writing round is shown as `?`. */
export function printable(text: string): string {
  return text.replaceAll(/[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '?')
}

/** Breaks between words; a longer word stands alone. @param first what the first line begins with */
function wrap(first: string, indent: number, text: string, width: number): string {
  const lines: string[] = []
  let line = first
  for (const word of printable(text).split(' ')) {
    const blank = line.length <= indent
    if (!blank && line.length + 1 + word.length > width) {
      lines.push(line)
      line = `${' '.repeat(indent)}${word}`
    } else line += blank ? word : ` ${word}`
  }
  return [...lines, line].join('\n')
}

/** What is the same of several is said once. */
function grouped(findings: readonly Finding[]): readonly string[] {
  const by = new Map<string, string[]>()
  for (const { about, saw } of findings) by.set(saw, [...(by.get(saw) ?? []), about])
  return [...by].map(([saw, abouts]) => [abouts.filter(Boolean).join(', '), saw].filter(Boolean).join(': '))
}

const quiet: readonly Level[] = ['ok', 'skipped']

function short({ check, findings }: Result, names: number, { width }: Look, paint: Paint): string[] {
  return quiet.flatMap(level => {
    const texts = grouped(findings.filter(one => one.level === level))
    const indent = 13 + names
    return texts.map((text, n) => {
      const head = n === 0 ? `  ${level.padEnd(7)}  ${check.padEnd(names)}  ` : ' '.repeat(indent)
      const block = wrap(head, indent, text, width)
      return level === 'ok'
        ? block.replace(/^( {2})ok/, (_, gap: string) => gap + paint(32, 'ok'))
        : paint(2, block)
    })
  })
}

function long(check: string, finding: Trouble, { width }: Look, paint: Paint): string {
  const word = finding.level === 'fault' ? paint(31, 'FAULT') : paint(33, 'WARNING')
  const about = finding.about === '' ? '' : `, ${printable(finding.about)}`
  return [
    `${word}  ${paint(1, `${check}${about}`)}`,
    wrap('  ', 2, finding.saw, width),
    wrap('  Why: ', 7, finding.why, width),
    wrap('  Do:  ', 7, finding.do, width),
    '',
  ].join('\n')
}

const count = (number: number, word: string): string => `${number} ${word}${number === 1 ? '' : 's'}`

/** @param heading what was looked at: `example.com (/etc/gatehouse/gatehouse.yml)` */
export function reportText(heading: string, { results, counts }: Report, look: Look): string {
  const paint: Paint = look.colour ? (code, text) => `\u001b[${code}m${text}\u001b[0m` : (_code, text) => text
  const names = Math.max(0, ...results.map(({ check }) => check.length))
  const troubles = (level: Trouble['level']): string[] =>
    results.flatMap(({ check, findings }) =>
      findings.flatMap(one => (one.level === level ? [long(check, one as Trouble, look, paint)] : [])),
    )
  const brief = results.flatMap(result => short(result, names, look, paint))
  const [faults, warnings] = [counts.fault, counts.warning]
  const sum =
    faults + warnings === 0
      ? paint(32, 'All is well')
      : [faults > 0 ? count(faults, 'fault') : '', warnings > 0 ? count(warnings, 'warning') : '']
          .filter(Boolean)
          .join(', ')
  return [
    `The doctor looked at ${printable(heading)}.`,
    '',
    ...brief,
    '',
    ...troubles('warning'),
    ...troubles('fault'),
    `${sum}: ${counts.ok} found fine, ${counts.skipped} not looked at.`,
    '',
  ].join('\n')
}

/** What `--json` prints: one object, for monitoring. */
export function reportJson(file: string, { results, counts }: Report): string {
  const findings = results.flatMap(({ check, findings: list }) => list.map(one => ({ check, ...one })))
  return `${JSON.stringify({ file, fine: counts.fault === 0, counts, findings }, null, 2)}\n`
}
