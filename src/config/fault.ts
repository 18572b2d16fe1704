/** One thing that is wrong with a configuration file, in words for a person. */
export interface Fault {
  /** Absolute path, or as it was given if it could not be resolved. */
  readonly file: string
  /** From 1; 0 when the fault is of the whole file (it cannot be read). */
  readonly line: number
  /** From 1, in UTF-16 units; 0 like `line`. */
  readonly column: number
  /** How many columns the caret marks; at least 1. */
  readonly length: number
  /** The line as it stands in the file. Empty where it would show a secret. */
  readonly text: string
  readonly message: string
  /** What to write instead. */
  readonly hint?: string
}
