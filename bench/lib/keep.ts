/** The results that are kept, and README's section about the newest. */
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { plot } from './plot.ts'
import type { Report } from './report.ts'
import { readme } from './words.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const RESULTS = 'bench/results'
const BEGIN = '<!-- bench: written by npm run bench -- --readme -->'
const END = '<!-- /bench -->'

/**
 * Writes JSON and plot. @param whole false for a short or partial run: into a folder that git ignores
 * @returns their paths without ending, from the root
 */
export function keep(report: Report, whole: boolean): string {
  const folder = whole ? RESULTS : `${RESULTS}/partial.tmp`
  mkdirSync(join(ROOT, folder), { recursive: true })
  const name = `${folder}/${report.date}-${report.machine.name}`
  writeFileSync(join(ROOT, `${name}.json`), `${JSON.stringify(report, null, 1)}\n`)
  writeFileSync(join(ROOT, `${name}.svg`), plot(report))
  return name
}

/** The newest whole run that is kept, or undefined. The names begin with the date. */
export function newest(root = ROOT): { readonly name: string; readonly report: Report } | undefined {
  let files: string[] = []
  try {
    files = readdirSync(join(root, RESULTS)).filter(file => /^\d{4}-\d\d-\d\d-.*\.json$/.test(file))
  } catch {
    // none yet
  }
  const file = files.sort().at(-1)
  if (file === undefined) return undefined
  const report = JSON.parse(readFileSync(join(root, RESULTS, file), 'utf8')) as Report
  return { name: `${RESULTS}/${file.replace(/\.json$/, '')}`, report }
}

/** What README says between the marks, marks and all. */
export function section(report: Report, name: string): string {
  return `${BEGIN}\n${readme(report, `${name}.svg`)}\n${END}`
}

/** README with the section in it: in the place of the old one, or before the chapter on tests. */
export function withSection(text: string, made: string): string {
  const from = text.indexOf(BEGIN)
  const to = text.indexOf(END)
  if (from >= 0 && to > from) return text.slice(0, from) + made + text.slice(to + END.length)
  const before = text.indexOf('## Test it')
  if (before < 0) throw new Error('README.md has neither the marks of the bench nor "## Test it"')
  return `${text.slice(0, before)}## Speed\n${made}\n\n${text.slice(before)}`
}

/** @returns false where nothing is kept yet */
export function writeReadme(): boolean {
  const found = newest()
  if (found === undefined) return false
  const file = join(ROOT, 'README.md')
  writeFileSync(file, withSection(readFileSync(file, 'utf8'), section(found.report, found.name)))
  return true
}
