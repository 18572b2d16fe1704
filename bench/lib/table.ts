/** Tables for a terminal and for Markdown. Pure. */

/** The first column to the left, the others, which are numbers, to the right. */
export function textTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const widths = head.map((name, n) =>
    Math.max(...[name, ...rows.map(row => row[n] ?? '')].map(cell => cell.length)),
  )
  const line = (cells: readonly string[]): string =>
    widths
      .map((width, n) => (n === 0 ? (cells[n] ?? '').padEnd(width) : (cells[n] ?? '').padStart(width)))
      .join('  ')
      .trimEnd()
  return [line(head), widths.map(width => '-'.repeat(width)).join('  '), ...rows.map(line)].join('\n')
}

export function markdownTable(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`
  return [line(head), `|${head.map((_, n) => (n === 0 ? '---' : '--:')).join('|')}|`, ...rows.map(line)].join(
    '\n',
  )
}

/** `12,345` */
export const count = (value: number): string => Math.round(value).toLocaleString('en-US')
/** `0.85` */
export const ratio = (value: number): string => value.toFixed(2)
/** Microseconds as `1.23 ms`. */
export const milliseconds = (micros: number): string =>
  `${(micros / 1000).toFixed(micros < 10_000 ? 2 : 1)} ms`
/** Microseconds as `23.4 µs`. */
export const micros = (value: number): string => `${value.toFixed(1)} µs`
export const mebibytes = (value: number): string => `${Math.round(value)} MB`
