import { readFileSync } from 'node:fs'

/** What reading a configuration needs of the machine; tests give their own. */
export interface ReadingHost {
  /** Relative paths on the command line are relative to this folder. */
  readonly cwd: string
  /** The bytes of a file by its absolute path; throws as node:fs does (`code: ENOENT`, `EACCES` …). */
  readonly readFile: (path: string) => Uint8Array
  /** Milliseconds since the epoch, for certificates that end soon. */
  readonly now: () => number
  /** Where the secrets are for this process, absolute, whatever the file says: systemd's credentials. */
  readonly secrets?: string | undefined
}

/** The real machine. */
export function machine(cwd: string, now: () => number): ReadingHost {
  return { cwd, now, readFile: path => readFileSync(path) }
}

/** Why a file could not be read, in words. */
export function unreadable(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  if (code === 'ENOENT') return 'does not exist'
  if (code === 'ENOTDIR') return 'does not exist: a part of its path is a file'
  if (code === 'EACCES' || code === 'EPERM') return 'may not be read by this user'
  if (code === 'EISDIR') return 'is a folder'
  if (code === 'ELOOP') return 'is a symbolic link that leads in a circle'
  return 'cannot be read'
}
