/** What a request-target may look like, and which paths two programs could read differently. */

/** RFC 3986 characters and raw UTF-8 bytes; no control character, space or fragment. */
const PLAIN = /^\/[\x21\x22\x24-\x7e\x80-\xff]*$/
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i
const ENCODED_CONTROL = /%(?:[01][0-9a-f]|7f)/i

/** Why a target is refused whatever the app, in words; undefined where it is fine. */
export function targetFault(target: string): string | undefined {
  if (!target.startsWith('/')) return 'The address must be a path that starts with a slash.'
  if (!PLAIN.test(target)) {
    return target.includes('#')
      ? 'The address has a fragment (#), which browsers never send.'
      : 'The address has a control character or a space in it.'
  }
  if (!target.includes('%')) return undefined
  if (BAD_ESCAPE.test(target))
    return 'The address has a % that two hexadecimal digits do not follow; write %25.'
  if (target.includes('%00')) return 'The address has an encoded null byte (%00).'
  const query = target.indexOf('?')
  const path = query < 0 ? target : target.slice(0, query)
  return ENCODED_CONTROL.test(path) ? 'The path has an encoded control character.' : undefined
}

/**
 * Encoded slash, backslash or percent sign, a dot segment in any spelling, a double slash, a backslash,
 * a path parameter: Tomcat, IIS, NGINX and Go do not agree on them (Traefik CVE-2026-48020).
 */
const AMBIGUOUS = /%2f|%5c|%25[0-9a-f]{2}|\\|\/\/|;|%3b|(?:^|\/)(?:\.|%2e){1,2}(?:\/|$)/i

/** Whether two programs could read this path (without query) differently. */
export function isAmbiguous(path: string): boolean {
  return AMBIGUOUS.test(path)
}

const MOST_ROUNDS = 4
const OWN = '/.gatehouse'

/** The path with every escape undone, however often it was done, slashes folded and dots resolved. */
function plainest(path: string): string {
  let plain = path
  for (let round = 0; round < MOST_ROUNDS && plain.includes('%'); round++) {
    plain = plain.replace(/%([0-9a-f]{2})/gi, (_, hex: string) =>
      String.fromCharCode(Number.parseInt(hex, 16)),
    )
  }
  const segments: string[] = []
  for (const raw of plain.replaceAll('\\', '/').split('/')) {
    const segment = raw.split(';', 1)[0] ?? ''
    if (segment === '' || segment === '.') continue
    if (segment === '..') segments.pop()
    else segments.push(segment)
  }
  return `/${segments.join('/')}`.toLowerCase()
}

/** The path below `/.gatehouse` that some program could read this path as; undefined where it is the app's. */
export function ownPath(path: string): string | undefined {
  // The app's paths, nearly all, end here: no dot-g and nothing that could hide one.
  if (!/gatehouse/i.test(path) && !path.includes('%')) return undefined
  const plain = plainest(path)
  if (plain !== OWN && !plain.startsWith(`${OWN}/`)) return undefined
  // Only the exact spelling reaches a page of ours; any other gets our 404 and never the app.
  return path.startsWith(`${OWN}/`) ? path.slice(OWN.length) : '/'
}

/** Whether a path of the portal's host is an endpoint that is for the gateway alone. */
export function isGatewayOnly(path: string): boolean {
  if (!/api|%/i.test(path)) return false
  const plain = plainest(path)
  return /^\/api\/(?:authz|verify)(?:\/|$)/.test(plain)
}
