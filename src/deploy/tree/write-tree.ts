/** Writes a rendered tree for somebody to look at, or to carry to another machine; `apply` has its own way. */
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { dirname, join } from 'node:path'
import type { PlannedFile } from '../types.ts'
import { isMissing } from './standing.ts'

/** Names the files that we wrote, so that a later run takes away those and no others. */
export const MARKER = '.gatehouse-rendered'
const FIRST = 'Rendered by gatehouse. The next `gatehouse render --out` replaces these files:'

/** The folder is somebody else's, or leads out of itself. */
export class TreeError extends Error {
  override readonly name = 'TreeError'
}

export interface Written {
  readonly written: number
  /** Files of an earlier run that are no longer rendered. */
  readonly removed: number
}

/**
 * Writes the files below a folder, made where it is missing. A folder with other things in it is refused
 * unless an earlier run wrote it; then what that run wrote is replaced and all else is left alone.
 * @throws TreeError; and as node:fs does
 */
export function writeTree(folder: string, files: readonly PlannedFile[]): Written {
  const before = rendered(folder)
  if (before === undefined && entries(folder).length > 0)
    throw new TreeError(`${folder} has other things in it.`)
  mkdirSync(folder, { recursive: true })
  const root = realpathSync(folder)
  const paths = files.map(({ path }) => path)
  // Both lists, until all is done: an interrupted run knows its own files again.
  writeWhole(root, MARKER, list([...new Set([...paths, ...(before ?? [])])]), 0o644)
  for (const { path, content, mode } of files) writeWhole(root, path, content, mode)
  const gone = (before ?? []).filter(path => !paths.includes(path))
  for (const path of gone) remove(root, path)
  writeWhole(root, MARKER, list(paths), 0o644)
  return { written: files.length, removed: gone.length }
}

const list = (paths: readonly string[]): string => [FIRST, ...paths, ''].join('\n')

/** What an earlier run wrote; undefined where none did. */
function rendered(folder: string): readonly string[] | undefined {
  try {
    const [first, ...paths] = readFileSync(join(folder, MARKER), 'utf8').split('\n')
    // Whoever edits it must not be able to have us remove what lies elsewhere.
    return first === FIRST ? paths.filter(path => path !== '' && !path.split('/').includes('..')) : undefined
  } catch (error) {
    if (isMissing(error)) return undefined
    throw error
  }
}

function entries(folder: string): readonly string[] {
  try {
    return readdirSync(folder)
  } catch (error) {
    if (isMissing(error)) return []
    throw error
  }
}

/** The whole file or none of it, and never through a link that leads out of the tree. */
function writeWhole(root: string, path: string, content: string, mode: number): void {
  const file = join(root, path)
  mkdirSync(dirname(file), { recursive: true })
  inside(root, path)
  const fresh = `${file}.new`
  rmSync(fresh, { force: true })
  writeFileSync(fresh, content, { mode, flag: 'wx' })
  chmodSync(fresh, mode) // whatever the umask
  renameSync(fresh, file)
}

function inside(root: string, path: string): void {
  const place = join(root, dirname(path))
  if (realpathSync(place) !== place) throw new TreeError(`${place} is a link that leads elsewhere.`)
}

/** A file of ours, and the folders that it leaves empty. */
function remove(root: string, path: string): void {
  try {
    inside(root, path)
    rmSync(join(root, path), { force: true })
    for (let folder = dirname(path); folder !== '.'; folder = dirname(folder)) rmdirSync(join(root, folder))
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined
    if (code !== 'ENOTEMPTY' && code !== 'ENOENT') throw error
  }
}
