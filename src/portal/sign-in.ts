/** What a right password and a right code do to the session: a new id each time, the old one dies. */
import type { Core } from './core.ts'
import type { Incoming } from './incoming.ts'
import type { Live } from './live-session.ts'
import { readCookie } from './session-cookie.ts'
import type { Session } from './session-store.ts'
import type { CookieDomain } from './settings.ts'
import type { User } from './users-file.ts'

export type SignIn =
  | { readonly kind: 'ok'; readonly session: Session; readonly user: User }
  | { readonly kind: 'failed' }
  | { readonly kind: 'busy' }

/** @param attempt.keep "remember me", where the cookie domain offers it */
export async function signIn(
  core: Core,
  request: Incoming,
  cookie: CookieDomain,
  attempt: { readonly name: string; readonly password: string; readonly keep: boolean },
): Promise<SignIn> {
  const proof = await core.authenticator.password(attempt.name, attempt.password, request.client, 'login')
  if (proof.kind !== 'ok') return proof
  const old = core.sessions.find(readCookie(request.all('cookie'), cookie.name))
  const keep = attempt.keep && cookie.rememberMe > 0
  const session = core.sessions.open(cookie, { user: proof.user.name, level: 1, keep }, old?.id)
  return { kind: 'ok', session, user: proof.user }
}

/** The session with the second factor in the place of the one without; undefined when the code is not right. */
export async function signInFurther(
  core: Core,
  request: Incoming,
  cookie: CookieDomain,
  live: Live,
  code: string,
): Promise<Session | undefined> {
  const { session, user } = live
  const device = core.devices().find(user.name)
  if (device === undefined) return undefined
  const right = await core.authenticator.code(user.name, device, code, request.client)
  // The session may have ended meanwhile: a sign-out in another window must hold.
  if (!right || core.sessions.find(session.id) !== session) return undefined
  return raise(core, cookie, session)
}

/** A session of level 2 with a new id. */
export function raise(core: Core, cookie: CookieDomain, session: Session): Session {
  const { user, keep, passwordAt } = session
  return core.sessions.open(cookie, { user, level: 2, keep, passwordAt }, session.id)
}

/** Ends a session and says so in the log. */
export function signOut(core: Core, request: Incoming, session: Session): void {
  core.sessions.end(session.id)
  core.log.info({ audit: 'logout', user: session.user, address: request.client }, 'signed out')
}
