import { type Document, parseDocument, visit, type YAMLError } from 'yaml'
import type { Fault } from '../fault.ts'
import type { Source } from '../source.ts'
import { syntaxWords } from './syntax-words.ts'
import { findTraps } from './traps.ts'

export interface Parsed {
  readonly document: Document
  /** Plain objects, arrays and values; undefined where the text could not be made sense of. */
  readonly value: unknown
  readonly faults: Fault[]
}

/** After these the tree is still what was meant, so that its keys can be checked as well. */
const harmless = new Set(['DUPLICATE_KEY', 'BAD_SCALAR_START', 'BAD_DQ_ESCAPE', 'TAG_RESOLVE_FAILED'])

/** References to one anchor, counted with what they hold: a "billion laughs" ends here. */
const maxAliasCount = 100

/** Where the quoted text starts that is still open at `end`. */
function openQuote(document: Document, end: number): number | undefined {
  let found: number | undefined
  visit(document, {
    Scalar(_key, { type, range }) {
      if (type?.startsWith('QUOTE') && range && range[1] >= end - 1) found = range[0]
    },
  })
  return found
}

function toFault(source: Source, document: Document, error: YAMLError): Fault {
  const [from, to] = error.pos
  const unclosed = error.code === 'MISSING_CHAR' && error.message.includes('quote')
  const offset =
    (unclosed ? openQuote(document, from) : undefined) ?? Math.min(from, source.text.trimEnd().length)
  const line = source.lineAt(offset)
  const start = source.startOf(line)
  const context = {
    code: error.code,
    message: error.message,
    line: source.line(line),
    column: offset - start,
  }
  const words = syntaxWords[error.code]?.(context) ?? { message: 'This is not YAML.' }
  if (words.next === true) {
    const next = source.line(line + 1)
    const blank = next.length - next.trimStart().length
    return source.fault(source.startOf(line + 1) + blank, next.trim().length, words.message, words.hint)
  }
  const at = words.column === undefined ? offset : start + words.column
  const word = /^[\w-]*/.exec(source.text.slice(at))?.[0].length ?? 0
  return source.fault(at, words.length ?? Math.max(to - from, word), words.message, words.hint)
}

/** One fault a line: what follows on the same line is mostly the same mistake seen again. */
function firstOfLine(faults: Fault[]): Fault[] {
  const seen = new Set<number>()
  return faults.filter(fault => !seen.has(fault.line) && seen.add(fault.line))
}

/** Reads YAML 1.2 (core schema) and finds all faults of the notation itself. Runs and converts nothing. */
export function parseYaml(source: Source): Parsed {
  const document = parseDocument(source.text, {
    prettyErrors: false,
    uniqueKeys: true,
    version: '1.2',
    schema: 'core',
  })
  const directive = /^%.*$/m.exec(source.text.split(/^---/m)[0] ?? '')
  const faults: Fault[] = []
  if (directive !== null && document.directives?.docStart === true) {
    faults.push(
      source.fault(
        directive.index,
        directive[0].length,
        'Directives ("%") are not read.',
        'the file without this line',
      ),
    )
  }
  const errors = [...document.errors, ...document.warnings].filter(
    error => error.code !== 'TAG_RESOLVE_FAILED',
  )
  faults.push(...errors.map(error => toFault(source, document, error)), ...findTraps(document, source))
  faults.sort((one, other) => one.line - other.line || one.column - other.column)
  const broken = errors.some(error => !harmless.has(error.code)) || directive !== null
  if (broken) return { document, value: undefined, faults: firstOfLine(faults) }
  try {
    return { document, value: document.toJS({ maxAliasCount }), faults: firstOfLine(faults) }
  } catch {
    if (faults.length === 0) {
      const at = Math.max(0, source.text.search(/\*[\w.-]+/))
      faults.push(
        source.fault(
          at,
          1,
          'The references ("*name") here unfold to far more than they look like.',
          'the values themselves',
        ),
      )
    }
    return { document, value: undefined, faults: firstOfLine(faults) }
  }
}
