/** The people of users_database.yml, as it stands now. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { Fault } from '../config/fault.ts'
import { Source } from '../config/source.ts'
import type { Log } from '../types.ts'
import type { Digest } from './digest/digest.ts'
import type { UsersSettings } from './settings.ts'
import { readUsersFile, type User } from './users-file.ts'
import { watchFile } from './watch-file.ts'

export interface Users {
  /** The user of exactly that name (or email, or case of letters, where the settings allow it); none if disabled. */
  find(name: string): User | undefined
  /**
   * One key for each account however its name is spelled (case, Unicode NFKC, and the email address where
   * that can sign in), so that no spelling starts a fresh count of failures (Authelia CVE-2025-24806).
   * Unknown names have one too, of one length: NFKC makes 18 characters of some.
   */
  accountKey(name: string): string
  /** The digest to check for a name that is nobody's: of the most usual kind, so that it costs the same. */
  decoy(): Digest
  /** Reads the file again. Resolves to false, and keeps the old users, when it is broken. */
  reload(): Promise<boolean>
  close(): void
}

/** The file cannot be used; nothing was started. */
export class UsersFileError extends Error {
  override name = 'UsersFileError'
  readonly faults: readonly Fault[]
  constructor(faults: readonly Fault[]) {
    super(faults.map(fault => `${fault.file}:${fault.line}:${fault.column}: ${fault.message}`).join('\n'))
    this.faults = faults
  }
}

interface Book {
  readonly byName: ReadonlyMap<string, User>
  /** From the folded name or email to the user's name. */
  readonly accounts: ReadonlyMap<string, string>
  readonly decoy: Digest
}

function fold(name: string): string {
  return name.normalize('NFKC').toLowerCase().normalize('NFKC').trim()
}

function mostUsual(users: readonly User[]): Digest | undefined {
  const count = new Map<string, number>()
  for (const { digest } of users) count.set(digest.kind, (count.get(digest.kind) ?? 0) + 1)
  const most = Math.max(...count.values())
  return users.find(user => count.get(user.digest.kind) === most)?.digest
}

async function readBook(settings: UsersSettings): Promise<Book> {
  const { file } = settings
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    const why = (error as NodeJS.ErrnoException).code ?? 'unknown'
    throw new UsersFileError([new Source(file, '').whole(`the file cannot be read (${why})`)])
  }
  const { users, faults } = readUsersFile(file, text)
  const decoy = mostUsual(users)
  if (faults.length > 0 || decoy === undefined) throw new UsersFileError(faults)
  const accounts = new Map<string, string>()
  // Where an address cannot sign in, it must not share the count of its owner either: a ban that is met at the
  // first try would tell whose it is.
  for (const user of users)
    if (settings.byEmail && user.email !== '') accounts.set(fold(user.email), user.name)
  for (const user of users) accounts.set(fold(user.name), user.name)
  return { byName: new Map(users.map(user => [user.name, user])), accounts, decoy }
}

/**
 * Reads the file and, if told so, watches it.
 * @throws UsersFileError when it cannot be read or has faults
 */
export async function openUsers(settings: UsersSettings, log: Log): Promise<Users> {
  let book = await readBook(settings)

  const named = (name: string): User | undefined => {
    const exact = book.byName.get(name)
    if (exact !== undefined || !(settings.byEmail || settings.anyCase)) return exact
    const user = book.byName.get(book.accounts.get(fold(name)) ?? '')
    if (user === undefined) return undefined
    const isName = fold(user.name) === fold(name)
    return (isName ? settings.anyCase : settings.byEmail) ? user : undefined
  }
  const users: Users = {
    find(name) {
      const user = named(name)
      return user?.disabled ? undefined : user
    },
    accountKey(name) {
      const folded = fold(name)
      const account = book.accounts.get(folded)
      return account === undefined ? `?${hash('sha256', folded, 'base64')}` : `=${account}`
    },
    decoy: () => book.decoy,
    async reload() {
      try {
        book = await readBook(settings)
        log.info({ users: book.byName.size }, 'read the users file')
        return true
      } catch (error) {
        const faults = error instanceof UsersFileError ? error.faults : []
        log.error(
          { faults, error: String(error) },
          'the users file is broken: keeping the users that were read before',
        )
        return false
      }
    },
    close: () => stop?.(),
  }
  const stop = settings.watch ? watchFile(settings.file, () => void users.reload(), log) : undefined
  return users
}
