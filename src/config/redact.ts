/**
 * Finding what looks like a secret in a line, so that no report shows it: userinfo and query of a URL
 * (cameras carry their password there), and whatever follows a key that is named like a secret.
 */
const secretKeys =
  /(?:passw(?:or)?d|passphrase|pwd|secret|token|api[_-]?key|credentials?)[\w-]*['"]?\s*:\s*(?![\s{[])/gi

interface Span {
  readonly start: number
  readonly end: number
}

function spans(line: string): Span[] {
  const found: Span[] = []
  for (const match of line.matchAll(/:\/\/([^\s'"]*)@/g)) {
    found.push({ start: match.index + 3, end: match.index + match[0].length - 1 })
  }
  for (const match of line.matchAll(/(:\/\/[^\s'"?]*\?)[^\s'"]+/g)) {
    found.push({ start: match.index + (match[1]?.length ?? 0), end: match.index + match[0].length })
  }
  for (const match of line.matchAll(secretKeys)) {
    const start = match.index + match[0].length
    if (start < line.length) found.push({ start, end: line.length })
  }
  return found.sort((one, other) => one.start - other.start)
}

/**
 * The line with each secret replaced by `***`, and a function that says where a column of the line
 * (from 0) stands in it.
 */
export function redact(line: string): { text: string; move: (column: number) => number } {
  const kept: Span[] = []
  for (const span of spans(line)) {
    if (span.start >= (kept.at(-1)?.end ?? 0)) kept.push(span)
  }
  let text = ''
  let from = 0
  for (const span of kept) {
    text += `${line.slice(from, span.start)}***`
    from = span.end
  }
  text += line.slice(from)
  const move = (column: number): number => {
    let shift = 0
    for (const span of kept) {
      if (column >= span.end) shift += 3 - (span.end - span.start)
      else if (column > span.start) return span.start + shift
    }
    return column + shift
  }
  return { text, move }
}

/** A value as a message may show it: in quotes, short, on one line, without secrets. */
export function quote(value: unknown): string {
  if (Array.isArray(value)) return 'a list'
  if (typeof value === 'object' && value !== null) return 'a group of keys'
  if (value === null || value === undefined) return 'nothing'
  const shown = redact(String(value).replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, '?')).text
  const short = shown.length > 60 ? `${shown.slice(0, 57)}...` : shown
  return typeof value === 'string' ? `"${short}"` : short
}
