/** Where a visitor comes back to after the portal, and how a login that loops is noticed. */

/**
 * The marker in the return address. It counts in the address itself, so that a browser which refuses
 * every cookie is counted too.
 */
export interface Return {
  /** How often the visitor has been sent to the portal for this address. */
  readonly count: number
  /** When the first of these was, in seconds since the epoch. */
  readonly since: number
}

const PARAMETER = 'gatehouse_return'
const MARKER = new RegExp(`^${PARAMETER}=([1-9])-([0-9a-z]{1,9})$`)
/** Returns within this many seconds belong together; a person types a password slower than that. */
const WINDOW = 10
/** The return that is answered with an explanation instead of another redirect. */
const LOOP = 3

/** Takes the marker out of a request-target; the rest keeps its very bytes. */
export function takeMarker(target: string): { target: string; back: Return | undefined } {
  const at = target.indexOf('?')
  if (at < 0 || !target.includes(PARAMETER, at)) return { target, back: undefined }
  let back: Return | undefined
  const kept: string[] = []
  for (const part of target.slice(at + 1).split('&')) {
    const found = MARKER.exec(part)
    if (found === null) kept.push(part)
    else back = { count: Number(found[1]), since: Number.parseInt(found[2] ?? '0', 36) }
  }
  if (back === undefined) return { target, back }
  const path = target.slice(0, at)
  return { target: kept.length === 0 ? path : `${path}?${kept.join('&')}`, back }
}

/** The marker for the next redirect, or undefined where the visitor goes round in circles. `now` in ms. */
export function nextReturn(back: Return | undefined, now: number): Return | undefined {
  const seconds = Math.floor(now / 1000)
  const fresh = back !== undefined && seconds >= back.since && seconds - back.since < WINDOW
  if (!fresh) return { count: 1, since: seconds }
  return back.count >= LOOP ? undefined : { count: back.count + 1, since: back.since }
}

/** A target with the marker put behind its query. */
export function withMarker(target: string, marker: Return): string {
  return `${target}${target.includes('?') ? '&' : '?'}${PARAMETER}=${marker.count}-${marker.since.toString(36)}`
}

/** The portal's address that asks for a login and comes back to `address`, in Authelia's own form. */
export function portalAddress(portal: string, address: string, method: string): string {
  return `${portal}/?rd=${encodeURIComponent(escapeBytes(address))}&rm=${encodeURIComponent(method)}`
}

/** A target's raw bytes as escapes (RFC 3987 section 3.1): as text, each would be another character's two. */
function escapeBytes(address: string): string {
  return address.replace(/[\x80-\xff]/g, byte => `%${byte.charCodeAt(0).toString(16).toUpperCase()}`)
}

/**
 * The page to come back to where the request itself is none: the page of the same app that it was made
 * from, else the app's front page. A Referer of another origin is never followed (open redirect).
 */
export function pageBehind(origin: string, referer: string | undefined): string {
  if (referer === undefined || !URL.canParse(referer)) return '/'
  const url = new URL(referer)
  return url.origin === origin ? `${url.pathname}${url.search}` : '/'
}
