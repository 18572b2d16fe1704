/** An answer before it is written: the same whoever writes it. */
import { STATUS_CODES } from '../lib/http.ts'

export interface Answer {
  readonly status: number
  /** Values are latin1: each character one byte of the wire. */
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

const TEXT = ['Content-Type', 'text/plain; charset=utf-8'] as const

/** The security headers that Authelia gives with its pages, redirects and JSON. */
export const SECURITY: Answer['headers'] = [
  ['X-Content-Type-Options', 'nosniff'],
  ['Referrer-Policy', 'strict-origin-when-cross-origin'],
  [
    'Permissions-Policy',
    'accelerometer=(), autoplay=(), camera=(), display-capture=(), geolocation=(), gyroscope=(), keyboard-map=(), magnetometer=(), microphone=(), midi=(), payment=(), picture-in-picture=(), screen-wake-lock=(), sync-xhr=(), xr-spatial-tracking=(), interest-cohort=()',
  ],
  ['X-Frame-Options', 'DENY'],
  ['X-Dns-Prefetch-Control', 'off'],
]

/** `401 Unauthorized` and the like, as text. */
export function say(status: number, headers: Answer['headers'] = []): Answer {
  return { status, headers: [TEXT, ...headers], body: `${status} ${STATUS_CODES[status] ?? ''}` }
}

/** JSON as Authelia's API sends it. */
export function json(status: number, content: object, headers: Answer['headers'] = []): Answer {
  return {
    status,
    headers: [
      ['Content-Type', 'application/json; charset=utf-8'],
      ...SECURITY,
      ['Pragma', 'no-cache'],
      ['Cache-Control', 'no-store'],
      ['Content-Security-Policy', "default-src 'none'"],
      ...headers,
    ],
    body: JSON.stringify(content),
  }
}

/** `{"status":"OK","data":…}` */
export function ok(data?: object, headers: Answer['headers'] = []): Answer {
  return json(200, data === undefined ? { status: 'OK' } : { status: 'OK', data }, headers)
}

/** `{"status":"KO","message":…}` */
export function ko(status: number, message: string): Answer {
  return json(status, { status: 'KO', message })
}

/** An address with a link to it in the body: Authelia's redirect, 401 included. @param location ASCII */
export function sendTo(status: number, location: string, headers: Answer['headers'] = []): Answer {
  const escaped = location
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
  return {
    status,
    headers: [['Content-Type', 'text/html; charset=utf-8'], ...SECURITY, ['Location', location], ...headers],
    body: `<a href="${escaped}">${status} ${STATUS_CODES[status] ?? ''}</a>`,
  }
}
