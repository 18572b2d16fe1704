import type { Fault } from './fault.ts'
import { redact } from './redact.ts'

/** A file's text that knows its lines, so that an offset becomes a fault a person can find. */
export class Source {
  readonly file: string
  readonly text: string
  readonly #starts: number[] = [0]

  constructor(file: string, text: string) {
    this.file = file
    this.text = text
    for (const match of text.matchAll(/\r\n|\n|\r/g)) this.#starts.push(match.index + match[0].length)
  }

  /** The line (from 0) in which an offset stands. */
  lineAt(offset: number): number {
    let low = 0
    let high = this.#starts.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#starts[middle] ?? 0) <= offset) low = middle
      else high = middle - 1
    }
    return low
  }

  /** The offset at which a line (from 0) starts. */
  startOf(line: number): number {
    return this.#starts[line] ?? this.text.length
  }

  /** A line (from 0) without its line ending. */
  line(line: number): string {
    return this.text.slice(this.startOf(line), this.#starts[line + 1]).replace(/[\r\n]+$/, '')
  }

  /** A fault at `offset` that marks `length` characters of its line. */
  fault(offset: number, length: number, message: string, hint?: string, adds = false): Fault {
    const line = this.lineAt(offset)
    const raw = this.line(line)
    const column = Math.min(offset - this.startOf(line), raw.length)
    const end = Math.min(column + Math.max(1, length), Math.max(raw.length, column + 1))
    const { text, move } = redact(raw)
    const at = move(column)
    return {
      file: this.file,
      line: line + 1,
      column: column + 1,
      text,
      caret: { at, length: Math.max(1, move(end) - at) },
      message,
      ...(hint === undefined ? {} : { hint }),
      ...(adds ? { adds } : {}),
    }
  }

  /** A fault of the file as a whole. */
  whole(message: string, hint?: string): Fault {
    return {
      file: this.file,
      line: 0,
      column: 0,
      text: '',
      caret: { at: 0, length: 0 },
      message,
      ...(hint === undefined ? {} : { hint }),
    }
  }
}
