/** A temporary folder that only this user can enter, for the sockets between our own rooms. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface PrivateFolder {
  /** Its path; made (mode 0700, as mkdtemp always does) when it is asked for the first time. */
  readonly path: () => string
  remove(): void
}

/** Of a unix socket's path, sun_path of unix(7) less what we append; macOS has a little less. */
const LONGEST = 70

/** Promises one; what was made goes with the process, too, if that exits in any orderly way. */
export function privateFolder(): PrivateFolder {
  let made: string | undefined
  const remove = () => {
    process.removeListener('exit', remove)
    if (made !== undefined) rmSync(made, { recursive: true, force: true })
    made = undefined
  }
  return {
    path() {
      if (made !== undefined) return made
      const usual = tmpdir()
      made = mkdtempSync(join(Buffer.byteLength(usual) > LONGEST ? '/tmp' : usual, 'gatehouse-'))
      process.once('exit', remove)
      return made
    },
    remove,
  }
}
