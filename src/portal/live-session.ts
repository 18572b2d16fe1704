/** The session that a request's cookie names, if it is alive, of this cookie domain, and its user still there. */
import { equalFold } from '../lib/fold.ts'
import type { Clock } from '../types.ts'
import type { Incoming } from './incoming.ts'
import { readCookie } from './session-cookie.ts'
import type { Session, SessionStore } from './session-store.ts'
import type { CookieDomain } from './settings.ts'
import type { Users } from './users.ts'
import type { User } from './users-file.ts'

export interface SessionParts {
  readonly users: () => Users
  readonly sessions: SessionStore
  readonly clock: Clock
}

export interface Live {
  readonly session: Session
  readonly user: User
}

/**
 * A session that fails a check ends there and then: its cookie is nobody's from now on.
 * @param idleEnds whether inactivity is looked at: by authz and the pages, and not by the API, as Authelia
 */
export function liveSession(
  parts: SessionParts,
  request: Incoming,
  cookie: CookieDomain,
  idleEnds: boolean,
): Live | undefined {
  const session = parts.sessions.find(readCookie(request.all('cookie'), cookie.name))
  if (session === undefined) return undefined
  const user = parts.users().find(session.user)
  const named = request.first('session-username')
  const limit =
    idleEnds && !session.keep && cookie.inactivity > 0 ? session.lastActivity + cookie.inactivity : undefined
  const idle = limit !== undefined && limit < parts.clock()
  const moved = session.domain !== cookie.domain
  if (user !== undefined && !idle && !moved && (named === undefined || equalFold(named, session.user))) {
    return { session, user }
  }
  parts.sessions.end(session.id)
  return undefined
}
