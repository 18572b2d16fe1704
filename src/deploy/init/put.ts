/** Puts what was made into the folder: all of it or, until the last moment, none; and never over anything. */
import { closeSync, existsSync, fsyncSync, linkSync, mkdirSync, openSync, readdirSync, rmSync } from 'node:fs'
import { dirname, join } from 'node:path'

/** Where things are made before they are put in place; a run that was killed leaves it, and the next removes it. */
export const STAGE = '.gatehouse-init'

/** Something is in the way, or the folder cannot be written. */
export class InitError extends Error {
  override readonly name = 'InitError'
}

/** An empty stage in a folder, which is made where it is missing. @throws InitError */
export function openStage(folder: string): { readonly path: string; close(): void } {
  const path = join(folder, STAGE)
  // The folder itself goes again if this run made it and nothing came of it.
  const made = mkdirSync(folder, { recursive: true, mode: 0o755 })
  rmSync(path, { recursive: true, force: true })
  mkdirSync(path, { mode: 0o700 })
  return {
    path,
    close() {
      rmSync(path, { recursive: true, force: true })
      if (made !== undefined && readdirSync(folder).length === 0) rmSync(made, { recursive: true })
    },
  }
}

/**
 * Moves files from the stage to the folder; link(2) refuses a name that is taken, where rename(2) would replace it.
 * @param last the file that makes the rest count: it comes when all others are in place
 * @returns what was put, and what was there already and left alone, both as paths in the folder
 */
export function putAll(stage: string, folder: string, last: string): { put: string[]; left: string[] } {
  const files = readdirSync(stage, { recursive: true, withFileTypes: true, encoding: 'utf8' })
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(stage.length + 1))
    .sort((one, other) => Number(one === last) - Number(other === last) || (one < other ? -1 : 1))
  const put: string[] = []
  const left: string[] = []
  for (const path of files) {
    const to = join(folder, path)
    mkdirSync(dirname(to), { recursive: true, mode: 0o700 })
    try {
      linkSync(join(stage, path), to)
      put.push(path)
    } catch (error) {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error
      left.push(path)
    }
  }
  for (const path of new Set(files.map(file => dirname(join(folder, file))))) sync(path)
  return { put, left }
}

function sync(folder: string): void {
  if (!existsSync(folder)) return
  const handle = openSync(folder, 'r')
  try {
    fsyncSync(handle)
  } finally {
    closeSync(handle)
  }
}
