/** The Cookie header, pair by pair (RFC 6265 section 5.4). */

/** Calls `each` for every pair of a Cookie header, with the value's raw characters. */
export function eachCookie(header: string, each: (name: string, value: string, pair: string) => void): void {
  for (const part of header.split(';')) {
    const pair = part.trim()
    if (pair === '') continue
    const at = pair.indexOf('=')
    // RFC 6265bis section 5.7: a pair without `=` is a cookie with an empty name.
    if (at < 0) each('', pair, pair)
    else each(pair.slice(0, at).trimEnd(), pair.slice(at + 1).trimStart(), pair)
  }
}
