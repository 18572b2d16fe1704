/**
 * Addresses as Go's net/url (ParseRequestURI, String) reads and writes them, since Authelia judges and
 * hands on what that reads. Text is latin1: each character is one byte of the wire.
 */

export interface GoUrl {
  /** Lower case. */
  readonly scheme: string
  /** As written, with its `@`; or empty. */
  readonly userinfo: string
  /** With its port, as written. */
  readonly host: string
  /** Without port and brackets. */
  readonly hostname: string
  /** As Go's EscapedPath: percent-encoding kept where it is valid. */
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
  /** The whole address, as Go's String writes it. */
  readonly href: string
}

const SCHEME = /^([a-z][a-z0-9+.-]*):/i
const HOST = /^[a-z0-9._~!$&'()*+,;=<>"\x80-\xff-]*$/i
const PORT = /^(?::\d*)?$/
const USERINFO = /^[a-z0-9._:~!$&'()*+,;=%@-]*$/i
const BAD_ESCAPE = /%(?![0-9a-f]{2})/i
/** What EscapedPath leaves as it is (validEncoded); one other character has the whole path written anew. */
const VALID_PATH = /^[a-z0-9._~!$&'()*+,;=:@[\]/%-]*$/i
const PATH_SAFE = /[^a-z0-9._~$&+,/:;=@-]/gi

/** Percent-encodes a latin1 character. */
export function escapeByte(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`
}

/** Undoes percent-encoding, byte for byte. */
export function unescapeBytes(text: string): string {
  return text.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)))
}

/** Go's url.QueryEscape. */
export function queryEscape(text: string): string {
  return text.replace(/[^a-z0-9._~-]/gi, c => (c === ' ' ? '+' : escapeByte(c)))
}

function splitHost(host: string): { hostname: string; port: string } | undefined {
  if (host.startsWith('[')) {
    const end = host.lastIndexOf(']')
    if (end < 0 || !/^[0-9a-f:.]*$/i.test(host.slice(1, end))) return undefined
    return { hostname: host.slice(1, end), port: host.slice(end + 1) }
  }
  const at = host.indexOf(':')
  const hostname = at < 0 ? host : host.slice(0, at)
  return HOST.test(hostname) ? { hostname, port: at < 0 ? '' : host.slice(at) } : undefined
}

/** Undefined for what Go would not read, for an address without authority and for `*`. */
export function parseGoUrl(raw: string): GoUrl | undefined {
  if (/[\x00-\x1f\x7f]/.test(raw)) return undefined
  const [start, scheme] = SCHEME.exec(raw) ?? []
  if (start === undefined || scheme === undefined) return undefined
  const mark = raw.indexOf('?')
  const query = mark < 0 ? '' : raw.slice(mark)
  const rest = raw.slice(start.length, mark < 0 ? undefined : mark)
  if (!rest.startsWith('//')) return undefined
  const slash = rest.indexOf('/', 2)
  const authority = rest.slice(2, slash < 0 ? undefined : slash)
  const rawPath = slash < 0 ? '' : rest.slice(slash)
  const at = authority.lastIndexOf('@')
  const userinfo = authority.slice(0, at + 1)
  if (!USERINFO.test(userinfo) || BAD_ESCAPE.test(userinfo)) return undefined
  const host = authority.slice(at + 1)
  const split = splitHost(host)
  if (split === undefined || !PORT.test(split.port) || BAD_ESCAPE.test(rawPath)) return undefined
  const path = VALID_PATH.test(rawPath) ? rawPath : unescapeBytes(rawPath).replace(PATH_SAFE, escapeByte)
  const low = scheme.toLowerCase()
  return {
    scheme: low,
    userinfo,
    host,
    hostname: split.hostname,
    path,
    query,
    href: `${low}://${userinfo}${host}${path}${query}`,
  }
}
