/** Puts a new users file in the place of the old one, in one step, with the owner and the permissions that it had. */
import { randomBytes } from 'node:crypto'
import { type FileHandle, open, realpath, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { UserError } from './user-error.ts'

interface Ownership {
  readonly uid: number
  readonly gid: number
  readonly mode: number
}

/** Of the file; one that is not there yet goes to the owner of its folder, and is for that one alone. */
async function ownershipOf(file: string): Promise<Ownership> {
  try {
    const { uid, gid, mode } = await stat(file)
    return { uid, gid, mode: mode & 0o777 }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
    const { uid, gid } = await stat(dirname(file))
    return { uid, gid, mode: 0o600 }
  }
}

async function own(handle: FileHandle, { uid, gid, mode }: Ownership): Promise<void> {
  const made = await handle.stat()
  if (made.uid !== uid || made.gid !== gid) await handle.chown(uid, gid)
  await handle.chmod(mode)
}

/**
 * @param file absolute; where it is a symbolic link, the file that it leads to is replaced and the link stays
 * @param unchanged asked last, right before the step: false leaves everything as it was
 * @returns whether it was replaced
 * @throws UserError where this user may not
 */
export async function replaceUsers(
  file: string,
  text: string,
  unchanged: () => Promise<boolean>,
): Promise<boolean> {
  const target = await realpath(file).catch(() => file)
  const fresh = join(dirname(target), `.${basename(target)}.${randomBytes(6).toString('hex')}`)
  try {
    const owner = await ownershipOf(target)
    const handle = await open(fresh, 'wx', 0o600)
    try {
      await own(handle, owner)
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    if (!(await unchanged())) return false
    await rename(fresh, target)
    const folder = await open(dirname(target), 'r')
    await folder.sync().finally(() => folder.close())
    return true
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    const why = /^(EACCES|EPERM|EROFS)$/.test(code)
      ? 'this user may not; run it as the one that owns the file, or as root'
      : code
    throw new UserError(`${file} cannot be written: ${why}. Nothing was changed.`)
  } finally {
    await rm(fresh, { force: true }).catch(() => {})
  }
}
