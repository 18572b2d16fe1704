/** The provider's answers, with the headers that Authelia gives them. */
import { type Answer, SECURITY, say } from '../answer.ts'
import { describe, type Hint } from './errors.ts'

const CLOSED = ['Content-Security-Policy', "default-src 'none'"] as const
const NO_STORE: Answer['headers'] = [
  ['Pragma', 'no-cache'],
  ['Cache-Control', 'no-store'],
]

/** @param policy a Content-Security-Policy for a page that needs another */
export function answer(
  status: number,
  headers: Answer['headers'],
  body: string,
  policy: readonly [string, string] = CLOSED,
): Answer {
  return { status, headers: [...SECURITY, ...NO_STORE, policy, ...headers], body }
}

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'] as const

export function jsonAnswer(status: number, content: unknown, headers: Answer['headers'] = []): Answer {
  return answer(status, [JSON_TYPE, ...headers], JSON.stringify(content))
}

/** RFC 6749, 5.2. @param detail not shown, unless Authelia has a sentence for it */
export function errorAnswer(status: number, error: string, detail?: string | Hint): Answer {
  return jsonAnswer(status, { error, error_description: describe(error, detail) })
}

/** A wrong host, plain http: as Authelia. */
export const BAD_REQUEST: Answer = { ...say(400), headers: [...say(400).headers, ...SECURITY, CLOSED] }

/** To a page of ours. */
export function toPage(location: string): Answer {
  const escaped = location.replaceAll('&', '&amp;').replaceAll('"', '&#34;')
  const headers = [
    ['Content-Type', 'text/html; charset=utf-8'],
    ['Location', location],
  ] as const
  return answer(302, headers, `<a href="${escaped}">Found</a>.\n\n`)
}

/** To the app, or to the page that says why not. */
export function onward(status: number, location: string): Answer {
  return answer(status, [['Location', location]], '')
}
