/**
 * Ends an app's cookies in the browser. A cookie is ended only by the very Domain and Path that it was set
 * with (RFC 6265 section 5.3), and a request tells neither: so by each that it may have been.
 */

const DEAD = 'Max-Age=0; Expires=Thu, 01 Jan 1970 00:00:00 GMT'
const MOST_SEGMENTS = 6
/** In one answer: a proxy in front may read heads of 4 KB (NGINX's proxy_buffer_size). */
const MOST_LINES = 24
const MOST_BYTES = 2048

/** Where a request was sent to. */
export interface Place {
  /** In lower case, without a port. */
  readonly host: string
  readonly path: string
}

/** Whether a cookie has no Domain and the path `/`: RFC 6265bis section 4.1.3.2. */
const HOST_ONLY = /^__host-/i
const SECURE = /^__secure-/i

/** The Domain attributes that a cookie sent to `host` may have: from the host down to the configured domain. */
function domainsOf(host: string, domain: string): string[] {
  const found: string[] = []
  let at = host
  while (at.endsWith(`.${domain}`)) {
    found.push(at)
    at = at.slice(at.indexOf('.') + 1)
  }
  return at === domain ? [...found, domain] : []
}

/** The Path attributes that a cookie sent to `path` may have, but for `/`. */
function pathsOf(path: string): string[] {
  const found: string[] = []
  let prefix = ''
  for (const segment of path
    .split('/')
    .filter(s => /^[\w.~%-]+$/.test(s))
    .slice(0, MOST_SEGMENTS)) {
    prefix += `/${segment}`
    found.push(prefix, `${prefix}/`)
  }
  return found
}

/**
 * Set-Cookie lines that end the cookies of these names at `place`, as many as an answer can carry: `/` first,
 * where nearly all are, for the host alone and for the domains above it, so that no sibling app goes on
 * getting the cookie. What is left over is ended by the next answers.
 */
export function endCookies(names: Iterable<string>, place: Place, domain: string): string[] {
  const all = [...names]
  const domains = ['', ...domainsOf(place.host, domain).map(each => `; Domain=${each}`)]
  const paths = pathsOf(place.path)
  const lines: string[] = []
  let bytes = 0
  const add = (name: string, path: string, where: string): void => {
    const secure = HOST_ONLY.test(name) || SECURE.test(name) ? '; Secure' : ''
    const line = `${name}=; ${DEAD}; Path=${path}${where}${secure}`
    if (lines.length === MOST_LINES || bytes + line.length > MOST_BYTES) return
    lines.push(line)
    bytes += line.length
  }
  for (const name of all) for (const where of HOST_ONLY.test(name) ? [''] : domains) add(name, '/', where)
  for (const name of all) {
    if (HOST_ONLY.test(name)) continue
    for (const path of paths) for (const where of domains) add(name, path, where)
  }
  return lines
}
