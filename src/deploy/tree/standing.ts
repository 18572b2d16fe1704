/** What stands in a folder now. */
import { lstatSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { join } from 'node:path'

export interface StandingFile {
  readonly content: string
  /** The permission bits alone: 0o644. */
  readonly mode: number
}

/**
 * Every file below a folder by its path there, in the order of the paths; files whose name starts with a dot
 * are ours to remember by, and no part of the tree. A link in the tree is read as what it says, and never
 * followed. A folder that does not exist is an empty one.
 * @throws as node:fs does, for a folder that may not be read
 */
export function standingIn(folder: string): Map<string, StandingFile> {
  const found = new Map<string, StandingFile>()
  const walk = (below: string): void => {
    for (const entry of readdirSync(join(folder, below), { withFileTypes: true }).sort(byName)) {
      if (entry.name.startsWith('.')) continue
      const path = below === '' ? entry.name : `${below}/${entry.name}`
      const file = join(folder, path)
      if (entry.isDirectory()) walk(path)
      else if (entry.isSymbolicLink()) found.set(path, { content: `-> ${readlinkSync(file)}\n`, mode: 0o777 })
      else if (entry.isFile())
        found.set(path, { content: readFileSync(file, 'utf8'), mode: lstatSync(file).mode & 0o7777 })
      else found.set(path, { content: '(neither a file nor a folder)\n', mode: 0 })
    }
  }
  try {
    walk('')
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  return found
}

const byName = (one: { name: string }, other: { name: string }): number => (one.name < other.name ? -1 : 1)

/** Whether something is simply not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT'
}
