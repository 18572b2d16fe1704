/** Authelia's session cookie, read from the browser's Cookie header and taken out of it. */

import { eachCookie } from '../lib/cookies.ts'

/** What the Cookie header says of one name. `several` holds different values: one of them was planted. */
export type SessionCookie =
  | { readonly kind: 'none' }
  | { readonly kind: 'one'; readonly value: string }
  | { readonly kind: 'several' }

/** RFC 6265 cookie-octet, and a length that no session id of Authelia's comes near. */
const USABLE = /^[\x21\x23-\x2b\x2d-\x3a\x3c-\x5b\x5d-\x7e]{1,256}$/
const NONE: SessionCookie = { kind: 'none' }
const SEVERAL: SessionCookie = { kind: 'several' }

/**
 * The session cookie of exactly that name. Of two cookies Authelia takes the first and NGINX either, and
 * a sibling app can plant one with a longer path that comes first: so two values are nobody's session.
 */
export function sessionCookie(header: string | undefined, name: string): SessionCookie {
  if (header === undefined || !header.includes(name)) return NONE
  let found: string | undefined
  let several = false
  eachCookie(header, (n, value) => {
    if (n !== name || value === '') return
    if (found === undefined) found = value
    else if (found !== value) several = true
  })
  if (several) return SEVERAL
  // Authelia would answer a damaged value with a new session: the same as none, without the question.
  return found !== undefined && USABLE.test(found) ? { kind: 'one', value: found } : NONE
}

/** The Set-Cookie line that ends the browser's session cookie; Authelia's own lacks the domain. */
export function expireSession(name: string, domain: string): string {
  return `${name}=; Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Domain=${domain}; Path=/; HttpOnly; Secure; SameSite=Lax`
}

const MOST_PREFIXES = 12
/** Of all lines together: a proxy in front reads heads of so much (NGINX's proxy_buffer_size in our snippets is 16 KB). */
const MOST_BYTES = 8_192

/**
 * Set-Cookie lines that remove planted cookies of that name wherever they could have come from for this
 * path, and leave the one that Authelia sets (Domain, Path=/) alone.
 */
export function expirePlanted(name: string, domain: string, path: string): string[] {
  const dead = 'Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT; Secure'
  const lines = [`${name}=; ${dead}; Path=/`]
  const segments = path.split('/').filter(s => s !== '' && /^[\x21-\x3a\x3c-\x7e]+$/.test(s))
  let prefix = ''
  let room = MOST_BYTES
  for (const segment of segments.slice(0, MOST_PREFIXES)) {
    prefix += `/${segment}`
    room -= 4 * (prefix.length + name.length + dead.length) + 2 * domain.length + 100
    if (room < 0) break
    for (const at of [prefix, `${prefix}/`]) {
      lines.push(`${name}=; ${dead}; Path=${at}`, `${name}=; ${dead}; Path=${at}; Domain=${domain}`)
    }
  }
  return lines
}

/** The value to which an answer's headers (names and values in turn) set a cookie; undefined where they do not. */
export function valueSet(headers: readonly string[], name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const line = headers[i + 1] ?? ''
    if (headers[i]?.toLowerCase() !== 'set-cookie' || !line.startsWith(`${name}=`)) continue
    const value = line.slice(name.length + 1).split(';', 1)[0]
    if (value) return value
  }
  return undefined
}
