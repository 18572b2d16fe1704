/** What a command is, and what it is given. */
import type { Readable } from 'node:stream'
import type { Clock } from '../types.ts'

export interface Output {
  write(text: string): unknown
  /** Absent or false for a pipe or a file. */
  readonly isTTY?: boolean | undefined
  /** Of a terminal. */
  readonly columns?: number | undefined
}

/** What a person types, where a command asks. */
export type Input = Readable & { readonly isTTY?: boolean | undefined }

/** All of the outside that the command line touches. */
export interface World {
  readonly env: Readonly<Record<string, string | undefined>>
  /** Absolute; relative paths count from here. */
  readonly cwd: string
  /** A secret is read here, and questions are asked where this and `stderr` are a terminal. */
  readonly stdin: Input
  /** The number of the user that this runs as; 0 is root. */
  readonly uid: number
  /** Data: what a script would read on. */
  readonly stdout: Output
  /** Talk: progress, mistakes, hints. */
  readonly stderr: Output
  readonly clock: Clock
  /** For the log: of Node, the process id. */
  readonly facts: Readonly<Record<string, string | number>>
  /** Calls `listener` whenever the signal comes, and keeps it from ending the process. */
  onSignal(signal: 'SIGINT' | 'SIGTERM' | 'SIGHUP', listener: () => void): void
  /** Ends the process at once. */
  exit(code: number): void
}

/** 0 fine, 1 a fault was found, 2 wrong usage. */
export type ExitCode = 0 | 1 | 2

export interface Option {
  /** The word for its value in the help; absent: the option takes none. */
  readonly value?: string
  readonly about: string
  /** It may be given several times; the values come in one text, a line each. */
  readonly many?: true
}

export interface Call {
  readonly world: World
  /** Of options that take a value. */
  readonly given: Readonly<Record<string, string>>
  /** Of those that take none. */
  readonly flags: ReadonlySet<string>
  readonly words: readonly string[]
}

export type Run = (call: Call) => Promise<number>

export interface Command {
  readonly name: string
  /** One line, lower case, for the list of commands. */
  readonly about: string
  /** What follows the name: `USER ADDRESS`. Their number is checked against it; one in brackets may be left out. */
  readonly words: readonly string[]
  readonly options: Readonly<Record<string, Option>>
  /** A line each of what to type and what it does. */
  readonly examples: readonly (readonly [typed: string, does: string])[]
  /** Brings in the code only when the command is called, so that every other starts fast. */
  readonly load: () => Promise<{ readonly run: Run }>
}

/** The command line itself is wrong; exit code 2. */
export class UsageFault extends Error {
  override readonly name = 'UsageFault'
}
