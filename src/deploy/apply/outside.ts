/** What `apply` does to the machine, a step a call, so that a test can end it before or in any of them. */

/** Changing files. Each call is one step; what it did is on the disk when it returns, where it says so. */
export interface Disk {
  /** A folder, with those above it. */
  mkdir(path: string): void
  /** A file that is not there yet, whole and on the disk. */
  write(path: string, content: string, mode: number): void
  /** Puts the names in a folder on the disk. */
  sync(folder: string): void
  /** Fails where there is something already. */
  symlink(to: string, path: string): void
  /** rename(2): one or the other, never neither. */
  rename(from: string, to: string): void
  /** A file, a link or a whole folder; nothing where there is none. */
  remove(path: string): void
}

/** How a program ended. */
export interface Ran {
  /** -1 where a signal ended it. */
  readonly code: number
  /** Both outputs as they came. */
  readonly said: string
}

/** What the web server says at a host of the house: a status, or why there is none. */
export type Knock = { readonly status: number } | { readonly fault: string }

export interface Outside {
  readonly disk: Disk
  /** Runs a program to its end; undefined where there is no such program. */
  run(
    program: string,
    args: readonly string[],
    env?: Readonly<Record<string, string>>,
  ): Promise<Ran | undefined>
  /** Asks this machine's https port for the front page of a host. */
  knock(host: string, port: number): Promise<Knock>
  /** The processes that a process has started. */
  children(pid: number): readonly number[]
  /** Whether systemd runs this machine: a container may have its programs and no systemd. */
  readonly systemd: boolean
  /** Whether this user may write a file or into a folder. */
  mayWrite(path: string): boolean
  /** The user's number; 0 is root. */
  readonly uid: number
  /** Keeps others out until it is called again or this process ends, however it ends. @throws Busy */
  lock(file: string): () => void
  sleep(ms: number): Promise<void>
  /** Milliseconds since the epoch. */
  now(): number
}

/** Another apply is at work on the same house. */
export class Busy extends Error {
  override readonly name = 'Busy'
}

/** Something went wrong that a person has to see to; its message is for them. */
export class ApplyError extends Error {
  override readonly name = 'ApplyError'
}
