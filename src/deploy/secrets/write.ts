/** Writing secrets: whole or not at all, for their owner alone from the first byte. */
import { randomBytes } from 'node:crypto'
import { link, mkdir, open, rename, rm } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { SecretError } from './secret-error.ts'

async function toDisk(folder: string): Promise<void> {
  const handle = await open(folder, 'r')
  try {
    await handle.sync()
  } finally {
    await handle.close()
  }
}

function unwritable(file: string, error: unknown): SecretError {
  const { code = String(error) } = error as NodeJS.ErrnoException
  const why =
    code === 'EACCES' || code === 'EPERM'
      ? 'this user may not: run it as the user that owns the folder, mostly root'
      : code
  return new SecretError('unwritable', `${file} cannot be written: ${why}.`)
}

/** Writes the text beside the file, has `place` put it there, and leaves nothing behind whatever happens. */
async function beside(
  file: string,
  text: string,
  place: (fresh: string) => Promise<boolean>,
): Promise<boolean> {
  const folder = dirname(file)
  const fresh = join(folder, `.${basename(file)}.${randomBytes(6).toString('hex')}`)
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
    const handle = await open(fresh, 'wx', 0o600)
    try {
      await handle.writeFile(text)
      await handle.sync()
    } finally {
      await handle.close()
    }
    const placed = await place(fresh)
    await rm(fresh, { force: true })
    await toDisk(folder)
    return placed
  } catch (error) {
    await rm(fresh, { force: true }).catch(() => {})
    throw unwritable(file, error)
  }
}

/**
 * Makes a secret's file, of mode 0600 in folders of mode 0700, unless there is one: of two that make it at once
 * the first wins.
 * @returns whether it was made
 * @throws SecretError where it cannot be
 */
export function createSecret(file: string, text: string): Promise<boolean> {
  return beside(file, text, async fresh => {
    try {
      // link(2) refuses an existing name, where rename(2) would replace it.
      await link(fresh, file)
      return true
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false
      throw error
    }
  })
}

/** Puts a new text in the place of the old one; readers see either whole. @throws SecretError */
export async function replaceSecret(file: string, text: string): Promise<void> {
  await beside(file, text, async fresh => {
    await rename(fresh, file)
    return true
  })
}
