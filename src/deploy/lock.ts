/** One at a time, among processes: a file that says who is at work. */
import { randomBytes } from 'node:crypto'
import { link, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'

/** Somebody else is at it, or the file of the lock cannot be written. */
export class LockError extends Error {
  override readonly name = 'LockError'
}

/** How long to wait for another to end, and how often to look, in milliseconds. */
export interface Patience {
  readonly wait: number
  readonly look: number
}

const PATIENCE: Patience = { wait: 10_000, look: 50 }

const alive = (pid: number): boolean => {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM' // it is somebody else's
  }
}

/** Who holds the lock; undefined when nobody does any more. */
async function holder(file: string): Promise<number | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '')
  const pid = Number(text)
  return Number.isSafeInteger(pid) && pid > 0 && alive(pid) ? pid : undefined
}

/** Takes away the lock of a process that is gone; one that was taken anew meanwhile is put back. */
async function clear(file: string): Promise<void> {
  const away = `${file}.${randomBytes(6).toString('hex')}`
  await rename(file, away).catch(() => {})
  if ((await holder(away)) !== undefined) await link(away, file).catch(() => {})
  await rm(away, { force: true })
}

async function take(file: string): Promise<boolean> {
  const mine = `${file}.${randomBytes(6).toString('hex')}`
  try {
    // Whole before it has its name: nobody reads a lock without a number.
    await writeFile(mine, String(process.pid), { flag: 'wx', mode: 0o600 })
    await link(mine, file)
    return true
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') return false
    const why = code === 'EACCES' || code === 'EROFS' ? 'this user may not write there' : code
    throw new LockError(`Nothing can be changed in ${dirname(file)}: ${why}.`)
  } finally {
    await rm(mine, { force: true })
  }
}

/**
 * Does the work while nobody else has the lock. A lock of a process that is gone counts for nothing.
 * @param file the lock's, in a folder that exists
 * @throws LockError when another has it for too long; and what the work throws
 */
export async function withLock<T>(
  file: string,
  work: () => Promise<T>,
  { wait, look }: Patience = PATIENCE,
): Promise<T> {
  for (let waited = 0; !(await take(file)); waited += look) {
    const pid = await holder(file)
    if (pid === undefined) await clear(file)
    else if (waited >= wait)
      throw new LockError(
        `Another gatehouse (process ${pid}) is at work in ${dirname(file)}: try again when it is done.`,
      )
    else await pause(look)
  }
  try {
    return await work()
  } finally {
    await rm(file, { force: true })
  }
}
