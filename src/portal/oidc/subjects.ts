/**
 * Who a user is to the apps: a UUID that says nothing, the same for ever (OpenID Connect Core 1.0, 2: `sub` is
 * never reassigned). Kept in a file that `authelia storage user identifiers import` reads, so that a move to
 * Authelia leaves everybody who they are.
 */
import { readFile } from 'node:fs/promises'
import { writeWhole } from '../write-whole.ts'

export interface Subjects {
  /** The user's identifier; a first one is on disk before it is given. Rejects where it cannot be written. */
  of(user: string): Promise<string>
  userOf(subject: string): string | undefined
}

/** The file is there and cannot be used: starting afresh would make strangers of everybody. */
export class SubjectsFileError extends Error {
  override name = 'SubjectsFileError'
}

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/

/** RFC 9562, version 4. */
export function uuid(random: (size: number) => Uint8Array): string {
  const bytes = Buffer.from(random(16))
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}

function parse(file: string, text: string): Map<string, string> {
  let list: unknown
  try {
    list = (JSON.parse(text) as { identifiers?: unknown } | null)?.identifiers
  } catch {
    throw new SubjectsFileError(`${file} is not JSON`)
  }
  if (!Array.isArray(list)) throw new SubjectsFileError(`${file} has no list "identifiers"`)
  const subjects = new Map<string, string>()
  const seen = new Set<string>()
  for (const entry of list as readonly unknown[]) {
    const { service, username, identifier } = (entry ?? {}) as Record<string, unknown>
    if (service !== 'openid') continue
    if (typeof username !== 'string' || typeof identifier !== 'string' || !UUID.test(identifier))
      throw new SubjectsFileError(`${file}: an identifier is damaged`)
    if (seen.has(identifier)) throw new SubjectsFileError(`${file}: two users have one identifier`)
    seen.add(identifier)
    subjects.set(username, identifier)
  }
  return subjects
}

function write(subjects: ReadonlyMap<string, string>): string {
  const identifiers = [...subjects].map(([username, identifier]) => {
    return { service: 'openid', sector_id: '', username, identifier }
  })
  return `${JSON.stringify({ identifiers }, null, 2)}\n`
}

/** @throws SubjectsFileError when the file is there and cannot be used */
export async function openSubjects(file: string, random: (size: number) => Uint8Array): Promise<Subjects> {
  let subjects = new Map<string, string>()
  try {
    subjects = parse(file, await readFile(file, 'utf8'))
  } catch (error) {
    if (error instanceof SubjectsFileError) throw error
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    if (code !== 'ENOENT') throw new SubjectsFileError(`${file} cannot be read (${code})`)
  }
  const users = new Map([...subjects].map(([user, subject]) => [subject, user]))
  let writing: Promise<unknown> = Promise.resolve()

  const add = async (user: string): Promise<string> => {
    const known = subjects.get(user)
    if (known !== undefined) return known
    const subject = uuid(random)
    const next = new Map(subjects).set(user, subject)
    await writeWhole(file, write(next))
    subjects = next
    users.set(subject, user)
    return subject
  }

  return {
    of(user) {
      const known = subjects.get(user)
      if (known !== undefined) return Promise.resolve(known)
      const turn = writing.then(() => add(user))
      // One that fails must not stop those behind it.
      writing = turn.catch(() => undefined)
      return turn
    },
    userOf: subject => users.get(subject),
  }
}
