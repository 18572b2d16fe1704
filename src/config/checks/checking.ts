import type { Path, Problem } from '../fault.ts'
import type { ReadingHost } from '../host.ts'
import type { PartialFile } from '../schema/file.ts'

/** What another room found in a file that the configuration names. */
export interface Finding {
  readonly severity: 'fault' | 'warning'
  readonly message: string
  readonly hint?: string
}

/** What the rooms that know these files better have to say of them; called once the file could be read. */
export interface Inspectors {
  /** Authelia's configuration.yml. `hosts`: of all apps. `scope`: what `verdict_scope` is to be. */
  readonly authelia?: (input: {
    readonly path: string
    readonly text: string
    readonly domain: string
    readonly hosts: readonly string[]
    readonly scope: 'request' | 'app'
  }) => readonly Finding[]
  /** users_database.yml. */
  readonly users?: (input: { readonly path: string; readonly text: string }) => readonly Finding[]
}

/** Whether the caret marks the key and not its value, and whether the hint is to be added. */
export type Marks = 'key' | 'add' | undefined

/** One run over what could be read of a file; each check adds what it finds. */
export interface Checking {
  readonly file: PartialFile
  readonly raw: unknown
  readonly host: ReadingHost
  /** A path of the file made absolute. */
  readonly absolute: (path: string) => string
  readonly inspect: Inspectors
  fault(path: Path, message: string, hint?: string, marks?: Marks): void
  warn(path: Path, message: string, hint?: string, marks?: Marks): void
  /** Every file that the configuration depends on, absolute. */
  readonly files: Set<string>
}

/** Adds to a list what the checks say. */
export function collector(problems: Problem[]): Checking['fault'] {
  return (path, message, hint, marks) => {
    const told = hint === undefined ? {} : { hint }
    problems.push({ path, message, ...told, atKey: marks !== undefined, adds: marks === 'add' })
  }
}
