/** The file side of a unix socket: clearing a stale one, its mode and its group. */
import { existsSync } from 'node:fs'
import { chmod, chown, lstat, readFile, unlink } from 'node:fs/promises'
import { createConnection } from 'node:net'
import { dirname } from 'node:path'
import { codeOf, StartFault } from './start-fault.ts'

/**
 * Makes way for a socket. What an earlier process left behind is removed, but only if nobody answers
 * there, and only if it is a socket.
 * @throws StartFault when the path is taken.
 */
export async function clearPath(path: string): Promise<void> {
  const there = await lstat(path).catch(error => {
    // listen() itself would say EACCES.
    if (!existsSync(dirname(path))) {
      throw new StartFault(`The folder of the socket ${path} does not exist.`, 'Make it first.')
    }
    if (codeOf(error) === 'ENOENT') return undefined
    throw new StartFault(`The socket ${path} cannot be made (${codeOf(error)}).`)
  })
  if (there === undefined) return
  if (!there.isSocket()) {
    throw new StartFault(
      `${path} is a file, not a socket.`,
      'Move it away, or choose another path for `unix`.',
    )
  }
  if (await answers(path)) {
    throw new StartFault(`Another program listens on ${path}.`, 'Is Gatehouse running already?')
  }
  await unlink(path)
}

function answers(path: string): Promise<boolean> {
  return new Promise(resolve => {
    const socket = createConnection({ path })
    socket.once('connect', () => {
      socket.destroy()
      resolve(true)
    })
    // Nobody listens: ECONNREFUSED. Anything else (EACCES, EAGAIN) leaves doubt, and doubt removes nothing.
    socket.once('error', error => resolve(codeOf(error) !== 'ECONNREFUSED'))
  })
}

/** Runs what makes a socket's file inside bind(2), so that it is open to its owner alone until admit(). */
export function madePrivate<T>(make: () => T): T {
  const mask = process.umask(0o177)
  try {
    return make()
  } finally {
    process.umask(mask)
  }
}

/**
 * Opens a socket to its group. It was made with mode 0600, so that nobody else got in meanwhile.
 * @throws StartFault for an unknown group or one that this user may not give.
 */
export async function admit(path: string, mode: number, group: string | undefined): Promise<void> {
  if (group !== undefined) {
    const gid = /^\d+$/.test(group) ? Number(group) : await groupId(group)
    if (gid === undefined) throw new StartFault(`There is no group ${group} for the socket ${path}.`)
    await chown(path, -1, gid).catch(error => {
      const hint = 'Run as root, or as a member of that group.'
      throw new StartFault(`${path} cannot be given to the group ${group} (${codeOf(error)}).`, hint)
    })
  }
  await chmod(path, mode)
}

async function groupId(name: string): Promise<number | undefined> {
  const lines = (await readFile('/etc/group', 'utf8').catch(() => '')).split('\n')
  for (const line of lines) {
    const [group, , gid] = line.split(':')
    if (group === name && gid !== undefined) return Number(gid)
  }
  return undefined
}
