/** A temporary folder that only this user can enter, for the sockets between our own rooms. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateFolder {
  readonly path: string
  remove(): void
}

/** Of a unix socket's path, sun_path of unix(7) less what we append; macOS has a little less. */
const LONGEST = 70

/** Makes one (mode 0700, as mkdtemp always does); it also goes when the process exits in any orderly way. */
export function makePrivateFolder(): PrivateFolder {
  const usual = tmpdir()
  const path = mkdtempSync(join(Buffer.byteLength(usual) > LONGEST ? '/tmp' : usual, 'gatehouse-'))
  const remove = () => {
    process.removeListener('exit', remove)
    rmSync(path, { recursive: true, force: true })
  }
  process.once('exit', remove)
  return { path, remove }
}
