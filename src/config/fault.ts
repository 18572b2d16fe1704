/** One thing that is wrong with a configuration file, in words for a person. */
export interface Fault {
  /** The file as the person named it. */
  readonly file: string
  /** From 1; 0 when the fault is of the whole file (it cannot be read). */
  readonly line: number
  /** From 1, in UTF-16 units of the file's own line; 0 like `line`. */
  readonly column: number
  /** The line, with what looks like a secret replaced by `***`. */
  readonly text: string
  /** Where the caret stands in `text`, from 0, and how many columns it marks. */
  readonly caret: { readonly at: number; readonly length: number }
  readonly message: string
  /** What to write instead, or what to add where `adds` is set. */
  readonly hint?: string
  readonly adds?: boolean
}

/** Where in the file's tree: keys and list positions from the root. */
export type Path = readonly (string | number)[]

/** A fault that is known by its place in the tree and not yet by its place in the text. */
export interface Problem {
  readonly path: Path
  readonly message: string
  readonly hint?: string
  /** The hint is something to add, since what is wrong is that it is not there. */
  readonly adds?: boolean
  /** The caret marks the last key of the path, not its value. */
  readonly atKey?: boolean
}

/** What a value's reader throws: why the value will not do, and what would. */
export class Refusal extends Error {
  readonly hint: string | undefined
  constructor(message: string, hint?: string) {
    super(message)
    this.name = 'Refusal'
    this.hint = hint
  }
}
