/** The headers of every page that Gatehouse writes itself. */
import { styleHash } from './style.ts'

export interface CspOptions {
  /**
   * Origins, besides our own, that a form's answer may redirect to: Chromium applies form-action to the whole
   * chain of redirects. `https://app.example.com:8443`, `https://*.example.com`; for an app on the visitor's own
   * machine (RFC 8252) `http://127.0.0.1:8000` or its scheme, `com.example.app:`.
   */
  readonly formAction?: readonly string[]
  /** Origins that may show the page in a frame, or `*`. Default: none. */
  readonly frameAncestors?: readonly string[]
  /** Base64 of the SHA-256 of an inline script. Gatehouse's own pages have none. */
  readonly scriptHash?: string
}

const ORIGIN = /^https:\/\/(\*\.)?[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:(\d{1,5}|\*))?$/i
const ON_DEVICE =
  /^(http:\/\/(localhost|127\.0\.0\.1|\[::1\])(:\d{1,5})?|(?!(?:javascript|data|blob|file|https?|filesystem|ws|wss|about):)[a-z][a-z0-9+.-]*:)$/
const HASH = /^[A-Za-z0-9+/]{43}=$/

/** The Content-Security-Policy (CSP level 3). @throws TypeError where a source could not be meant: it would end the directive */
export function csp(options: CspOptions = {}): string {
  const { formAction = [], frameAncestors = [], scriptHash } = options
  const bad =
    formAction.find(source => !ORIGIN.test(source) && !ON_DEVICE.test(source)) ??
    frameAncestors.find(source => source !== '*' && !ORIGIN.test(source))
  if (bad !== undefined) throw new TypeError(`not an https origin: ${JSON.stringify(bad)}`)
  if (scriptHash !== undefined && !HASH.test(scriptHash)) throw new TypeError('not a SHA-256 in base64')
  return [
    "default-src 'none'",
    `style-src 'sha256-${styleHash}'`,
    ...(scriptHash === undefined ? [] : [`script-src 'sha256-${scriptHash}'`]),
    ["form-action 'self'", ...formAction].join(' '),
    `frame-ancestors ${frameAncestors.length === 0 ? "'none'" : frameAncestors.join(' ')}`,
    "base-uri 'none'",
  ].join('; ')
}

/** The headers of a page, names in lower case. @throws TypeError as `csp` */
export function pageHeaders(options: CspOptions = {}): Record<string, string> {
  return {
    'content-type': 'text/html; charset=utf-8',
    'content-security-policy': csp(options),
    'cache-control': 'no-store',
    'x-content-type-options': 'nosniff',
    // Not no-referrer: that makes the Origin of a form's POST "null" (Fetch, "append a request Origin header").
    'referrer-policy': 'same-origin',
    ...(options.frameAncestors?.length ? {} : { 'x-frame-options': 'DENY' }),
  }
}
