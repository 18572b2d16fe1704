/**
 * Bans as Authelia's (max_retries failures within find_time ban for ban_time), but for an account seen
 * from one network: so that nobody locks anybody else out, and no spelling of a name or address of one's
 * own /64 starts a fresh count (Authelia CVE-2025-24806, CVE-2026-47203).
 */
import type { Regulation } from '../config/model.ts'
import type { Clock } from '../types.ts'

/** One attempt that was let through to the digest; exactly one of its ends must be called. */
export interface Attempt {
  failed(): void
  /** Forgets the failures before it. */
  succeeded(): void
  /** Nothing was found out: the attempt does not count. */
  dropped(): void
}

export interface Regulator {
  banned(key: string): boolean
  /**
   * Waits while as many attempts on this key are being checked as may still fail, so that many at once
   * cannot dodge the count. Undefined when the key is banned, or too much is waiting.
   */
  enter(key: string): Promise<Attempt | undefined>
  readonly size: number
}

interface Entry {
  /** When each failure was, oldest first; no longer than max_retries. */
  failures: number[]
  bannedUntil: number
  checking: number
  line: (() => void)[]
}

const MOST_ENTRIES = 50_000
const MOST_WAITING = 20

/**
 * @param settings called each time, so that a reload counts at once; max_retries 0 turns bans off
 * @param worthless keys whose bans may be lifted when the table is full: of names that are nobody's
 */
export function openRegulator(
  clock: Clock,
  settings: () => Regulation,
  most = MOST_ENTRIES,
  worthless: (key: string) => boolean = () => false,
): Regulator {
  const entries = new Map<string, Entry>()

  const idle = (entry: Entry, now: number) => {
    const since = now - settings().find_time
    entry.failures = entry.failures.filter(time => time > since)
    return entry.checking === 0 && entry.line.length === 0 && entry.bannedUntil <= now
  }
  const makeRoom = () => {
    if (entries.size < most) return
    const now = clock()
    for (const [key, entry] of entries)
      if (idle(entry, now) && entry.failures.length === 0) entries.delete(key)
    // Then those that are not banned, oldest first: filling the table must not lift a ban.
    for (const [key, entry] of entries) {
      if (entries.size < most) return
      if (idle(entry, now)) entries.delete(key)
    }
    // Nor keep anybody out: what is not worth a ban goes, many at once, since this looks at all of them.
    for (const [key, entry] of entries) {
      if (entries.size < most - most / 10) return
      if (worthless(key) && entry.checking === 0 && entry.line.length === 0) entries.delete(key)
    }
  }
  /** Undefined when the table is full of bans: what cannot be counted is not let through. */
  const entryOf = (key: string): Entry | undefined => {
    const known = entries.get(key)
    if (known !== undefined) return known
    makeRoom()
    const entry: Entry = { failures: [], bannedUntil: 0, checking: 0, line: [] }
    if (entries.size >= most) return undefined
    entries.set(key, entry)
    return entry
  }
  const isBanned = (entry: Entry | undefined) => entry !== undefined && entry.bannedUntil > clock()

  const attempt = (key: string, entry: Entry): Attempt => {
    const done = () => {
      entry.checking--
      entry.line.shift()?.()
      if (idle(entry, clock()) && entry.failures.length === 0) entries.delete(key)
    }
    return {
      failed() {
        const { max_retries, find_time, ban_time } = settings()
        const now = clock()
        entry.failures = [...entry.failures.filter(time => time > now - find_time), now]
        if (max_retries > 0 && entry.failures.length >= max_retries) {
          entry.bannedUntil = now + ban_time
          entry.failures = []
        }
        done()
      },
      succeeded() {
        entry.failures = []
        done()
      },
      dropped: done,
    }
  }

  return {
    banned: key => isBanned(entries.get(key)),
    async enter(key) {
      for (;;) {
        // Looked up anew after each wait: an entry with nothing to remember may be gone.
        const entry = entryOf(key)
        if (entry === undefined) return undefined
        if (isBanned(entry)) {
          // Those behind must hear it too.
          entry.line.shift()?.()
          return undefined
        }
        const { max_retries } = settings()
        idle(entry, clock())
        if (max_retries === 0 || entry.failures.length + entry.checking < max_retries) {
          entry.checking++
          return attempt(key, entry)
        }
        if (entry.line.length >= MOST_WAITING) return undefined
        await new Promise<void>(resolve => entry.line.push(resolve))
      }
    },
    get size() {
      return entries.size
    },
  }
}
