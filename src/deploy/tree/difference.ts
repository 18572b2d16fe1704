/** What is different between what stands and what is planned. */
import { createTwoFilesPatch } from 'diff'
import type { PlannedFile } from '../types.ts'
import type { StandingFile } from './standing.ts'

export interface Change {
  readonly path: string
  readonly kind: 'new' | 'changed' | 'gone'
  /** Of a planned file. */
  readonly about?: string
  /** A unified diff with names and all; of a file that is gone or whose mode alone changed, one line. */
  readonly text: string
}

const octal = (mode: number): string => mode.toString(8).padStart(4, '0')

/** Every difference: planned files in the order of the plan, then what is gone. Empty: nothing to do. */
export function differences(
  standing: ReadonlyMap<string, StandingFile>,
  planned: readonly PlannedFile[],
): Change[] {
  const changes = planned.flatMap(file => change(standing.get(file.path), file) ?? [])
  const kept = new Set(planned.map(({ path }) => path))
  for (const path of standing.keys())
    if (!kept.has(path)) changes.push({ path, kind: 'gone', text: `${path} is no longer rendered\n` })
  return changes
}

function change(standing: StandingFile | undefined, file: PlannedFile): Change | undefined {
  const { path, content, mode, about } = file
  if (standing === undefined) return { path, kind: 'new', about, text: patch(path, '', content, '/dev/null') }
  if (standing.content !== content)
    return { path, kind: 'changed', about, text: patch(path, standing.content, content) }
  if (standing.mode === mode) return undefined
  const text = `${path}: mode ${octal(standing.mode)} becomes ${octal(mode)}\n`
  return { path, kind: 'changed', about, text }
}

/** As `diff -u` and `patch` know it. */
function patch(path: string, before: string, after: string, from = `now/${path}`): string {
  const text = createTwoFilesPatch(from, `then/${path}`, before, after, undefined, undefined, { context: 3 })
  return text.replace(/^=+\n/, '')
}

/** A unified diff with the usual colours, for a terminal. */
export function colourful(text: string): string {
  const paint = (line: string): string => {
    if (/^(---|\+\+\+) /.test(line)) return `\u001b[1m${line}\u001b[0m`
    if (line.startsWith('@@')) return `\u001b[36m${line}\u001b[0m`
    if (line.startsWith('+')) return `\u001b[32m${line}\u001b[0m`
    return line.startsWith('-') ? `\u001b[31m${line}\u001b[0m` : line
  }
  return text.split('\n').map(paint).join('\n')
}
