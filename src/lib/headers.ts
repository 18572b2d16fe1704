/** Header names: what each is to a gateway, looked up once and remembered. */

/** What a gateway does with a request header of that name. */
export type HeaderKind =
  /** Passed on as it is. */
  | 'other'
  /** Belongs to one connection (RFC 9110 section 7.6.1), or asks for what the gateway decides itself. */
  | 'hop'
  /** Says something about the way to here; ours alone are believed. */
  | 'forwarded'
  | 'host'
  | 'cookie'
  | 'authorization'

export interface HeaderName {
  readonly lower: string
  /** Lower case with every character but letters and digits as `-`: how a CGI-style app reads it. */
  readonly canonical: string
  readonly kind: HeaderKind
  /** Says how a message is framed or belongs to one connection: whoever sends it on sets it anew. */
  readonly framing: boolean
  /** RFC 9110 section 5.1: no line break or colon in it. */
  readonly isToken: boolean
}

const HOP = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'proxy-authenticate',
  'proxy-authorization',
  'te',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
  'expect',
])

const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
])
const TOKEN = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/

/** Names beyond `x-forwarded-*`; some frameworks route by X-Original-URL and X-Rewrite-URL, and `Proxy` is httpoxy. */
export const FORWARDED: ReadonlySet<string> = new Set([
  'forwarded',
  'x-real-ip',
  'x-client-ip',
  'x-cluster-client-ip',
  'true-client-ip',
  'x-original-url',
  'x-original-uri',
  'x-original-method',
  'x-original-host',
  'x-rewrite-url',
  'x-http-method-override',
  'x-http-method',
  'x-method-override',
  'x-host',
  'x-authelia-url',
  'session-username',
  'proxy',
])

/** Whether a canonical name speaks of the way to here, in whatever spelling. */
function isForwarded(canonical: string): boolean {
  return (
    canonical.startsWith('x-forwarded-') || canonical.startsWith('x-gatehouse-') || FORWARDED.has(canonical)
  )
}

function kindOf(lower: string, canonical: string): HeaderKind {
  if (lower === 'host' || lower === 'cookie' || lower === 'authorization') return lower
  // `Content_Length` counts for a CGI-style app, and for nobody on the way to it: it would read on into the next request.
  if (HOP.has(canonical) || (canonical === 'content-length' && lower !== canonical)) return 'hop'
  return isForwarded(canonical) ? 'forwarded' : 'other'
}

/** `Remote_User`, `REMOTE.USER` and `remote-user` are one name to a CGI-style app (CVE-2025-64484). */
export function canonicalName(name: string): string {
  return name.toLowerCase().replace(/[^a-z0-9]/g, '-')
}

const known = new Map<string, HeaderName>()
const MOST_KNOWN = 2000
/** A stranger's names of 60 KB would be 360 MB of names. */
const LONGEST_KNOWN = 64

/** The facts of a header name; remembered for the names that come again, in bounded memory. */
export function headerName(raw: string): HeaderName {
  const kept = known.get(raw)
  if (kept !== undefined) return kept
  const lower = raw.toLowerCase()
  const canonical = canonicalName(raw)
  const name: HeaderName = {
    lower,
    canonical,
    kind: kindOf(lower, canonical),
    framing: FRAMING.has(lower),
    isToken: TOKEN.test(raw),
  }
  if (raw.length > LONGEST_KNOWN) return name
  // Made up names must not keep the real ones out for good.
  if (known.size >= MOST_KNOWN) known.clear()
  known.set(raw, name)
  return name
}

/** The names listed in a `Connection` header, in lower case; undefined where it lists none but the usual. */
export function connectionNames(value: string): Set<string> | undefined {
  // What nearly all say.
  if (value === 'keep-alive') return undefined
  let names: Set<string> | undefined
  for (const part of value.split(',')) {
    const name = part.trim().toLowerCase()
    if (name === '' || name === 'keep-alive' || name === 'close' || name === 'upgrade') continue
    names ??= new Set()
    names.add(name)
  }
  return names
}

/** Unicode as the latin1 string whose bytes are its UTF-8: how node writes header values. */
export function wireValue(text: string): string {
  for (let i = 0; i < text.length; i++) {
    if (text.charCodeAt(i) > 0x7e) return Buffer.from(text, 'utf8').toString('latin1')
  }
  return text
}
