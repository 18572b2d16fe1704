/** Why the gateway cannot start, or cannot take a new configuration; in words for who runs it. */
export class StartFault extends Error {
  override readonly name = 'StartFault'
  readonly hint: string | undefined

  /** `hint` says what to do about it. */
  constructor(message: string, hint?: string) {
    super(message)
    this.hint = hint
  }
}

/** The code of a system error (`EACCES`), or undefined. */
export function codeOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error)) return undefined
  return typeof error.code === 'string' ? error.code : undefined
}

const FILE_HINTS: Readonly<Record<string, string>> = {
  ENOENT: 'There is no such file. Is the path right? Paths count from the folder of gatehouse.yml.',
  EACCES: 'This user may not read it: look at its owner and mode, and at its folders.',
  EISDIR: 'That is a folder.',
}

/** For a file that could not be read: `what` is how a person would call it. */
export function fileFault(what: string, path: string, error: unknown): StartFault {
  const code = codeOf(error)
  return new StartFault(`The ${what} ${path} cannot be read.`, FILE_HINTS[code ?? ''] ?? String(error))
}
