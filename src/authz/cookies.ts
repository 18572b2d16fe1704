/** A request's cookies, read once: the session, what the app may see, and whose that is. */
import { Memo } from '../lib/memo.ts'
import { type SessionCookie, sessionCookie } from '../session/cookie.ts'
import { bindingOf, type Claimed, claim } from '../upstream/app-cookies.ts'
import type { Place } from '../upstream/end-cookies.ts'
import { cookiesForApp } from './strip.ts'

/** What a Cookie header says. */
export interface Cookies {
  readonly session: SessionCookie
  /** The Cookie header that the app may see; undefined where nothing is left. */
  readonly app: string | undefined
  /** The value of our cookie that remembers whose the app's are. */
  readonly binding: string | undefined
  /** What `claim` said of them when last asked, where it found nothing to change. */
  owned: { readonly user: string; readonly claimed: Claimed } | undefined
}

const MOST = 1_000
const LONGEST = 4_096
const NONE: Cookies = { session: { kind: 'none' }, app: undefined, binding: undefined, owned: undefined }

/**
 * Reads Cookie headers for one name of the session cookie, and remembers those that come again: reading one
 * takes four passes, 3 us of a request's 40.
 */
export function openCookies(name: string): (header: string | undefined) => Cookies {
  const memo = new Memo(
    (header): Cookies => ({
      session: sessionCookie(header, name),
      app: cookiesForApp(header, name),
      binding: bindingOf(header),
      owned: undefined,
    }),
    MOST,
    LONGEST,
  )
  return header => (header === undefined ? NONE : memo.get(header))
}

/** Whose the app's cookies are, now that it is known who asks; as `claim` says. */
export function claimFor(cookies: Cookies, user: string, place: Place, domain: string): Claimed {
  const { owned } = cookies
  if (owned !== undefined && owned.user === user) return owned.claimed
  const claimed = claim(cookies.app, cookies.binding, user, place, domain)
  // The place matters to what must be ended at it alone.
  if (cookies !== NONE && !claimed.changed && claimed.expired.length === 0) cookies.owned = { user, claimed }
  return claimed
}
