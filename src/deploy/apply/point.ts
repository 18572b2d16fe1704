/** The one step that switches. */
import { dirname, join } from 'node:path'
import type { Disk } from './outside.ts'
import { FRESH, type Places } from './places.ts'

/** Turns `current` or `running` to a release by one rename(2): whoever looks sees the old or the new. */
export function point(places: Places, link: string, release: number, disk: Disk): void {
  const path = places.below(link)
  const fresh = join(dirname(path), FRESH)
  disk.remove(fresh)
  disk.symlink(`releases/${release}`, fresh)
  disk.rename(fresh, path)
  disk.sync(dirname(path))
}

/** Takes `current` or `running` away. */
export function unpoint(places: Places, link: string, disk: Disk): void {
  const path = places.below(link)
  disk.remove(path)
  disk.sync(dirname(path))
}
