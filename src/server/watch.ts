/**
 * Notices that files changed, however they are changed: written in place, renamed over (editors,
 * certbot), or by turning a symbolic link somewhere on the way (Kubernetes' `..data`, releases).
 */
import { type FSWatcher, lstatSync, readlinkSync, statSync, watch } from 'node:fs'
import { dirname, resolve, sep } from 'node:path'
import type { Log } from '../types.ts'

export interface Watching {
  /** Puts other files in place of those watched. */
  files(paths: readonly string[]): void
  close(): void
}

/** A writer that writes in steps is given this long after each, in milliseconds. */
const QUIET = 150
/** But a folder that never rests does not put it off for longer than this. */
const PATIENCE = 1_000
/** As Linux does (path_resolution(7)): beyond it is a loop. */
const MOST_LINKS = 40

/**
 * Calls `changed` with the paths that are not what they were; once for a burst of changes. Folders are
 * watched, not files: a watch on a file is silent after the first rename over it.
 */
export function watchFiles(changed: (paths: readonly string[]) => void, log: Log): Watching {
  let seen = new Map<string, string>()
  const watchers = new Map<string, FSWatcher>()
  let timer: NodeJS.Timeout | undefined
  let since = 0

  function stir(): void {
    const now = performance.now()
    if (timer === undefined) since = now
    else clearTimeout(timer)
    timer = setTimeout(compare, Math.max(0, Math.min(QUIET, since + PATIENCE - now)))
    timer.unref()
  }

  function compare(): void {
    timer = undefined
    const different = [...seen].filter(([path, mark]) => fingerprint(path) !== mark).map(([path]) => path)
    // Links may lead elsewhere now, and folders may have been replaced under their watch.
    rearm([...seen.keys()])
    if (different.length > 0) changed(different)
  }

  function rearm(paths: readonly string[]): void {
    seen = new Map(paths.map(path => [path, fingerprint(path)]))
    const wanted = new Map(paths.flatMap(foldersOf).map(folder => [`${folder} ${inode(folder)}`, folder]))
    for (const [key, watcher] of watchers) {
      if (wanted.has(key)) continue
      watcher.close()
      watchers.delete(key)
    }
    for (const [key, folder] of wanted) {
      if (watchers.has(key)) continue
      try {
        const watcher = watch(folder, { persistent: false }, stir)
        watcher.on('error', () => watcher.close())
        watchers.set(key, watcher)
      } catch (error) {
        log.warn(
          { folder, error: String(error) },
          'changes in a folder are not noticed; use SIGHUP to reload',
        )
      }
    }
  }

  return {
    files: rearm,
    close() {
      clearTimeout(timer)
      for (const watcher of watchers.values()) watcher.close()
      watchers.clear()
    },
  }
}

/** Of the file at the end of all links; the same as long as nobody replaced or wrote it. */
function fingerprint(path: string): string {
  const stats = look(() => statSync(path, { bigint: true }))
  return stats ? `${stats.dev}.${stats.ino}.${stats.size}.${stats.mtimeNs}.${stats.ctimeNs}` : 'none'
}

function inode(folder: string): string {
  return String(look(() => statSync(folder, { bigint: true }))?.ino ?? 'none')
}

/** Absent, forbidden or a circle of links: all the same to us, until it changes. */
function look<T>(at: () => T): T | undefined {
  try {
    return at()
  } catch {
    return undefined
  }
}

/**
 * Every folder where a change can lead `path` to another file: its own, and that of each symbolic link
 * on the way. Where something is missing, the deepest folder that exists.
 */
export function foldersOf(path: string): string[] {
  const folders = new Set<string>()
  let links = 0
  let parts = resolve(path).split(sep).slice(1)
  let at: string = sep
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) {
    const next = resolve(at, part)
    const stats = look(() => lstatSync(next))
    if (stats?.isSymbolicLink()) {
      folders.add(at)
      if (++links > MOST_LINKS) break
      const target = resolve(dirname(next), readlinkSync(next))
      parts = [...target.split(sep).slice(1), ...parts]
      at = sep
      continue
    }
    if (stats === undefined || parts.length === 0) {
      folders.add(at)
      break
    }
    at = next
  }
  return [...folders]
}
