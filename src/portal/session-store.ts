/**
 * The sessions of people who are logged in, in memory and bounded. Strangers have none: the cookie they
 * get is a random value that nobody remembers, so that a million of their requests cost nothing.
 */
import type { Clock, Level } from '../types.ts'
import type { CookieDomain } from './settings.ts'

export interface Session {
  readonly id: string
  readonly domain: string
  readonly user: string
  readonly level: Level
  /** "Remember me": no inactivity, and an end that does not slide. */
  readonly keep: boolean
  /** When the password was given, in milliseconds: a second factor does not change it. */
  readonly passwordAt: number
  lastActivity: number
  expires: number
  /** The secret of an enrolment that was begun and not yet proven. */
  enrolling?: string
}

/** What a new session starts from. */
export interface Login {
  readonly user: string
  readonly level: Level
  readonly keep: boolean
  /** Of the session that this one follows; default: now. */
  readonly passwordAt?: number
}

export interface SessionStore {
  /** The live session of that id, whichever domain it is of; ended ones are forgotten on the way. */
  find(id: string | undefined): Session | undefined
  /** A session with a new id; the one of the old id ends (session fixation, CVE-2017-1000069). */
  open(cookie: CookieDomain, login: Login, old: string | undefined): Session
  /** Counts as activity: moves the inactivity clock and the end, where they move at all. */
  touch(session: Session, cookie: CookieDomain): void
  end(id: string): void
  /** An id that no session has: what a stranger's cookie holds. */
  strangerId(): string
  readonly size: number
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_!#$%^*'
const ID_LENGTH = 32
const MOST_SESSIONS = 100_000
const MOST_OF_ONE_USER = 500

/** 32 of Authelia's characters, each as likely as the next: 70 of the 256 byte values, thrice, the rest drawn again. */
export function sessionId(random: (size: number) => Uint8Array): string {
  const fair = 256 - (256 % ALPHABET.length)
  let id = ''
  while (id.length < ID_LENGTH) {
    for (const byte of random(ID_LENGTH + 16)) {
      if (byte < fair && id.length < ID_LENGTH) id += ALPHABET[byte % ALPHABET.length]
    }
  }
  return id
}

/**
 * @param random cryptographically random bytes
 * @param most how many sessions are kept; beyond, the one that was used longest ago ends
 */
export function openSessionStore(
  clock: Clock,
  random: (size: number) => Uint8Array,
  most = MOST_SESSIONS,
): SessionStore {
  /** In the order of their last use. */
  const sessions = new Map<string, Session>()
  const ofUser = new Map<string, Set<string>>()

  const end = (id: string) => {
    const session = sessions.get(id)
    if (session === undefined) return
    sessions.delete(id)
    const ids = ofUser.get(session.user)
    ids?.delete(id)
    if (ids?.size === 0) ofUser.delete(session.user)
  }
  const keep = (session: Session) => {
    const ids = ofUser.get(session.user) ?? new Set()
    ofUser.set(session.user, ids)
    ids.add(session.id)
    sessions.set(session.id, session)
    // One user's logins end that user's oldest, and never push out another's.
    for (const id of ids) {
      if (ids.size <= MOST_OF_ONE_USER) break
      end(id)
    }
    for (const id of sessions.keys()) {
      if (sessions.size <= most) break
      end(id)
    }
  }

  return {
    find(id) {
      if (id === undefined) return undefined
      const session = sessions.get(id)
      if (session === undefined || clock() < session.expires) return session
      end(id)
      return undefined
    },
    open(cookie, login, old) {
      if (old !== undefined) end(old)
      const now = clock()
      const expires = now + (login.keep ? cookie.rememberMe : cookie.expiration)
      const { passwordAt = now } = login
      const id = sessionId(random)
      const session = { ...login, id, passwordAt, domain: cookie.domain, lastActivity: now, expires }
      keep(session)
      return session
    },
    touch(session, cookie) {
      if (!session.keep) {
        session.lastActivity = clock()
        session.expires = session.lastActivity + cookie.expiration
      }
      if (sessions.delete(session.id)) sessions.set(session.id, session)
    },
    end,
    strangerId: () => sessionId(random),
    get size() {
      return sessions.size
    },
  }
}
