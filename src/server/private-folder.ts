/** A temporary folder that only this user can enter, for the sockets between our own rooms. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateFolder {
  readonly path: string
  remove(): void
}

/** Makes one (mode 0700, as mkdtemp always does); it also goes when the process exits in any orderly way. */
export function makePrivateFolder(): PrivateFolder {
  const path = mkdtempSync(join(tmpdir(), 'gatehouse-'))
  const remove = () => {
    process.removeListener('exit', remove)
    rmSync(path, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}
