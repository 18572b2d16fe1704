/** The users file: reading it, and changing it one at a time. */
import { readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { unreadable } from '../../config/host.ts'
import type { Config } from '../../config/model.ts'
import { readUsersFile, type User } from '../../portal/users-file.ts'
import { withLock } from '../lock.ts'
import { UsersDocument } from './document.ts'
import { replaceUsers } from './replace.ts'
import { UserError } from './user-error.ts'

/**
 * The file of the users.
 * @throws UserError where users are in a directory
 */
export function usersFileOf({ portal, deploy }: Config): string {
  if (portal !== undefined) return portal.users
  const { ldap, file } = deploy.users
  if (ldap !== undefined)
    throw new UserError(
      `The users of this house are in the directory at ${ldap.address.address}: add and change them there, with its own tools.`,
    )
  return file
}

async function textOf(file: string): Promise<string | undefined> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw new UserError(`${file} ${unreadable(error)}.`)
  }
}

/** All users, in the order of the file; undefined where there is no file yet. @throws UserError for a broken one */
export async function readUsers(file: string): Promise<readonly User[] | undefined> {
  const text = await textOf(file)
  if (text === undefined) return undefined
  UsersDocument.read(file, text)
  return readUsersFile(file, text).users
}

/** How often a file that others write meanwhile is read anew. */
const TRIES = 5

/**
 * Changes the file, in one replacement: Authelia's watcher looks away for half a second after one, and would miss a
 * second. What Authelia itself wrote meanwhile is not lost.
 * @param edit gets the document and the users in it; may be called again
 * @throws UserError, LockError; then nothing has changed
 */
export async function changeUsers(
  file: string,
  edit: (document: UsersDocument, users: readonly User[]) => void,
): Promise<void> {
  await withLock(`${dirname(file)}/.users.lock`, async () => {
    for (let tries = 0; tries < TRIES; tries++) {
      const before = await textOf(file)
      const document = before === undefined ? UsersDocument.empty() : UsersDocument.read(file, before)
      edit(document, before === undefined ? [] : readUsersFile(file, before).users)
      const after = document.toString()
      if (after === before) return
      const { faults } = readUsersFile(file, after)
      // What cannot be read by the portal or Authelia must never stand there, whatever led to it.
      if (faults.length > 0)
        throw new UserError(`The change would break ${file}: ${faults[0]?.message}. Nothing was changed.`)
      if (await replaceUsers(file, after, async () => (await textOf(file)) === before)) return
    }
    throw new UserError(`${file} is being written by something else all the time. Nothing was changed.`)
  })
}
