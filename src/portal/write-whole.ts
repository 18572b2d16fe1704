import { mkdir, open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * Writes a file that its owner alone can read, whole or not at all, also when the power goes: a new file beside
 * the old, flushed, then renamed over it. One writer to a file.
 */
export async function writeWhole(file: string, text: string): Promise<void> {
  const beside = `${file}.new`
  await mkdir(dirname(file), { recursive: true })
  await rm(beside, { force: true })
  const handle = await open(beside, 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(beside, file)
}
