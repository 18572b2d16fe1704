/** Who is at the door: a cookie that is alive, still its own domain's and its user's, or a good Basic. */
import type { Identity, Level } from '../../types.ts'
import type { Authenticator } from '../authenticate.ts'
import type { Incoming } from '../incoming.ts'
import { liveSession, type SessionParts } from '../live-session.ts'
import type { Session } from '../session-store.ts'
import type { CookieDomain } from '../settings.ts'
import type { User } from '../users-file.ts'
import { readAuthorization } from './basic.ts'

/** Nothing here but `level` says that somebody is logged in. */
export interface Visitor {
  readonly level: Level
  readonly identity: Identity | undefined
  /** Which way it was proven, or was tried: it decides how a refusal looks. */
  readonly by: 'cookie' | 'header'
  /** The header was bad; a good cookie beside it does not help. */
  readonly failed: boolean
  readonly session: Session | undefined
}

export interface VisitorParts extends SessionParts {
  readonly authenticator: Authenticator
}

/** A user as the identity headers tell them. */
export function identityOf(user: User): Identity {
  return { user: user.name, groups: user.groups, name: user.displayName, email: user.email }
}

const STRANGER: Visitor = { level: 0, identity: undefined, by: 'cookie', failed: false, session: undefined }
const REFUSED: Visitor = { ...STRANGER, by: 'header', failed: true }

/** 'busy' when too many passwords wait to be checked. */
export async function visitor(
  parts: VisitorParts,
  request: Incoming,
  cookie: CookieDomain,
): Promise<Visitor | 'busy'> {
  const credentials = readAuthorization(request.first('authorization'))
  if (credentials.kind === 'bad') return REFUSED
  if (credentials.kind === 'none') return byCookie(parts, request, cookie)
  const { name, password } = credentials
  const proof = await parts.authenticator.password(name, password, request.client, 'basic')
  if (proof.kind === 'busy') return 'busy'
  if (proof.kind === 'failed') return REFUSED
  return { level: 1, identity: identityOf(proof.user), by: 'header', failed: false, session: undefined }
}

function byCookie(parts: VisitorParts, request: Incoming, cookie: CookieDomain): Visitor {
  const live = liveSession(parts, request, cookie, true)
  if (live === undefined) return STRANGER
  const { session, user } = live
  parts.sessions.touch(session, cookie)
  return { level: session.level, identity: identityOf(user), by: 'cookie', failed: false, session }
}
