/** Tells when a file has changed, by whatever way: written, renamed over, or its symbolic link turned. */
import { type FSWatcher, realpathSync, statSync, watch } from 'node:fs'
import { dirname } from 'node:path'
import type { Log } from '../types.ts'

/** Writes come in bursts: an editor's save is three events. */
const SETTLE = 50

function stamp(file: string): string {
  try {
    const { dev, ino, size, mtimeMs, ctimeMs } = statSync(file)
    return `${realpathSync(file)} ${dev} ${ino} ${size} ${mtimeMs} ${ctimeMs}`
  } catch {
    return 'absent'
  }
}

/**
 * Watches the file's folder (a watch on the file itself goes silent after the first atomic rename), and
 * the folder of what it links to. Never holds the process open.
 * @returns what stops it
 */
export function watchFile(file: string, changed: () => void, log: Log): () => void {
  let last = stamp(file)
  let timer: NodeJS.Timeout | undefined
  let watchers: FSWatcher[] = []

  const look = () => {
    timer = undefined
    const now = stamp(file)
    if (now === last) return
    last = now
    follow()
    if (now !== 'absent') changed()
  }
  const event = () => {
    // Not put off by the next event: a busy folder would put it off for ever.
    timer ??= setTimeout(look, SETTLE).unref()
  }
  const follow = () => {
    for (const watcher of watchers) watcher.close()
    const folders = new Set([dirname(file)])
    try {
      folders.add(dirname(realpathSync(file)))
    } catch {
      // The file is gone for now: its folder tells when it is back.
    }
    watchers = []
    for (const folder of folders) {
      try {
        const watcher = watch(folder, { persistent: false }, event)
        watcher.on('error', error =>
          log.warn({ folder, error: String(error) }, 'a folder can no longer be watched'),
        )
        watchers.push(watcher)
      } catch (error) {
        log.warn({ folder, error: String(error) }, 'a folder cannot be watched: changes need a reload')
      }
    }
  }
  follow()
  return () => {
    clearTimeout(timer)
    for (const watcher of watchers) watcher.close()
  }
}
