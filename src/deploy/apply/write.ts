/** Writes a tree so that all of it is on the disk before anything leads to it. */
import { dirname, join } from 'node:path'
import type { PlannedFile, PlannedLink } from '../types.ts'
import { digestOf, type Manifest, PLACEHOLDER } from './manifest.ts'
import type { Disk } from './outside.ts'
import { FRESH } from './places.ts'
import { manifestFile } from './releases.ts'

/** @param folder on this disk; it is not there yet */
export function writeFiles(folder: string, files: readonly PlannedFile[], disk: Disk): void {
  const folders = new Set([folder])
  disk.mkdir(folder)
  for (const { path, content, mode } of files) {
    const file = join(folder, path)
    for (let above = dirname(file); above.length > folder.length; above = dirname(above)) folders.add(above)
    disk.mkdir(dirname(file))
    disk.write(file, content, mode)
  }
  for (const each of folders) disk.sync(each)
}

export interface Writing {
  /** On this disk. */
  readonly folder: string
  readonly files: readonly PlannedFile[]
  readonly links: readonly PlannedLink[]
  /** Links that lead into the release for a while yet, though it has nothing there. */
  readonly holding: readonly PlannedLink[]
  readonly after: number | undefined
  /** Milliseconds since the epoch. */
  readonly now: number
}

/** Writes a release, its manifest last: with that it is whole. */
export function writeRelease({ folder, files, links, holding, after, now }: Writing, disk: Disk): void {
  const paths = new Set(files.map(({ path }) => path))
  // Two links may lead to one file: a unit's own, and the one that starts it with the machine.
  const held = new Set(holding.map(({ to }) => to).filter(to => !paths.has(to)))
  const placeholders = [...held].map(placeholder)
  writeFiles(folder, [...files, ...placeholders], disk)
  const manifest: Manifest = {
    made: new Date(now).toISOString(),
    ...(after === undefined ? {} : { after }),
    files: Object.fromEntries(files.map(({ path, content }) => [path, digestOf(content)])),
    links,
  }
  disk.write(manifestFile(folder), `${JSON.stringify(manifest, null, 2)}\n`, 0o644)
  disk.sync(folder)
  disk.sync(dirname(folder))
}

/** Puts a placeholder where a link will lead to and a release has nothing; whole, since it may serve already. */
export function hold(folder: string, { to }: PlannedLink, disk: Disk): void {
  const { content, mode } = placeholder(to)
  const file = join(folder, to)
  const fresh = join(dirname(file), FRESH)
  disk.mkdir(dirname(file))
  disk.remove(fresh)
  disk.write(fresh, content, mode)
  disk.rename(fresh, file)
  disk.sync(dirname(file))
}

const placeholder = (path: string): PlannedFile => ({
  path,
  content: PLACEHOLDER,
  mode: 0o644,
  about: 'nothing',
})
