/** The Authorization header, as Authelia reads it (RFC 7617). */

export type Credentials =
  /** No header, or a scheme that is somebody else's: the cookie decides. */
  | { readonly kind: 'none' }
  | { readonly kind: 'basic'; readonly name: string; readonly password: string }
  /** A header that is neither: refused, even with a good cookie. */
  | { readonly kind: 'bad' }

const NONE: Credentials = { kind: 'none' }
const BAD: Credentials = { kind: 'bad' }

export function readAuthorization(header: string | undefined): Credentials {
  if (header === undefined || header === '') return NONE
  const [, scheme = '', value = ''] = /^(\S+) +(\S.*)$/.exec(header) ?? []
  if (scheme.toLowerCase() === 'bearer') return NONE
  if (scheme.toLowerCase() !== 'basic' || !/^[A-Za-z0-9+/]+={0,2}$/.test(value) || value.length % 4 !== 0)
    return BAD
  const text = Buffer.from(value, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return BAD
  return { kind: 'basic', name: text.slice(0, colon), password: text.slice(colon + 1) }
}
