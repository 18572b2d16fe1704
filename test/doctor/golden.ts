/** What the doctor says of a fault, as a file that a person can read: ports and folders have names there. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Test } from 'tap'
import type { Report } from '../../src/doctor/run.ts'
import { reportText } from '../../src/doctor/text.ts'
import type { Finding, Words } from '../../src/doctor/types.ts'
import type { Home } from './house.ts'

const FOLDER = join(import.meta.dirname, '..', 'golden', 'doctor')

function named(text: string, { folder, ports }: Home): string {
  let plain = text
    .replaceAll(folder, '/etc/gatehouse')
    .replaceAll(/nginx-\d+\/nginx\.conf:\d+/g, 'nginx.conf:12')
  for (const [name, port] of Object.entries(ports))
    plain = plain.replaceAll(`:${port}`, `:${name.toUpperCase()}`)
  return plain
    .replaceAll(/\d{4}-\d\d-\d\d/g, '2026-11-24')
    .replaceAll(/good for \d+ more/g, 'good for 89 more')
    .replaceAll(/\bport \d{4,5}/g, 'port 8443')
    .replaceAll(/:\d{5}\b/g, ':40000')
}

function renamed(finding: Finding, home: Home): Finding {
  const texts: (keyof Words)[] = ['saw', 'why', 'do']
  const about = named(finding.about, home)
  const pairs = texts.flatMap(key => (key in finding ? [[key, named((finding as Words)[key], home)]] : []))
  return { ...finding, about, ...Object.fromEntries(pairs) } as Finding
}

/** Compares the text of a report with the file of that name. UPDATE_GOLDEN=1 rewrites. @param whole what is fine too */
export function goldenReport(
  t: Test,
  name: string,
  home: Home,
  { results, counts }: Report,
  whole = false,
): void {
  const said = results
    .map(result => ({
      ...result,
      findings: result.findings
        .filter(({ level }) => whole || level === 'warning' || level === 'fault')
        .map(one => renamed(one, home)),
    }))
    .filter(({ findings }) => findings.length > 0)
  const text = reportText(
    'gatehouse.localhost (/etc/gatehouse/gatehouse.yml)',
    { results: said, counts },
    { colour: false, width: 100 },
  )
  const file = join(FOLDER, `${name}.txt`)
  if (process.env.UPDATE_GOLDEN === '1') {
    mkdirSync(FOLDER, { recursive: true })
    writeFileSync(file, text)
  }
  t.equal(text, existsSync(file) ? readFileSync(file, 'utf8') : '', name)
}
