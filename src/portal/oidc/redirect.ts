/** What an app hears at its redirect URI, in Authelia's words and order. */
import { describe, Hint } from './errors.ts'

const OURS = [
  'access_token',
  'code',
  'error',
  'error_description',
  'expires_in',
  'id_token',
  'iss',
  'scope',
  'state',
  'token_type',
]

type Fields = Readonly<Record<string, string>>

/** The sentence behind an error's own. */
function hintOf(error: string, fields: Fields, detail: string | undefined): string | Hint | undefined {
  const { error_description = '', scope } = fields
  if (error === 'invalid_scope' && scope !== undefined)
    return new Hint(`The OAuth 2.0 Client is not allowed to request scope '${scope}'.`)
  if (error === 'access_denied' && error_description.startsWith('The user was'))
    return new Hint(error_description)
  return detail ?? error_description
}

/** @param detail what the library knows of an error */
export function inWords(fields: Fields, detail: string | undefined): Fields {
  const { error, ...rest } = fields
  const entries = error === undefined ? Object.entries(rest) : Object.entries(worded(error, rest, detail))
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function worded(error: string, fields: Fields, detail: string | undefined): Fields {
  const { scope: _, error_description = '', ...rest } = fields
  // Written in policy.ts as Authelia has it.
  const own = error === 'invalid_state' ? error_description : describe(error, hintOf(error, fields, detail))
  return { ...rest, error, error_description: own }
}

/** @param location the redirect of the library  @param detail what it knows of an error */
export function asAuthelia(location: string, detail: string | undefined): string {
  const mark = location.indexOf('#')
  const cut = mark >= 0 ? mark : location.indexOf('?')
  if (cut < 0) return location
  const start = location.slice(0, cut + 1)
  const pairs = location.slice(cut + 1).split('&')
  // The app's own parameters stay where they are, byte for byte.
  const own = pairs.filter(pair => !OURS.includes(pair.split('=', 1)[0] ?? ''))
  const said = [...new URLSearchParams(pairs.join('&'))].filter(([name]) => OURS.includes(name))
  const ours = new URLSearchParams({ ...inWords(Object.fromEntries(said), detail) })
  return `${start}${[...own, ours.toString()].filter(part => part !== '').join('&')}`
}

/** Where a request ends that may not be sent back to anybody: a page of ours. */
export function completionQuery(error: string): string {
  const known = error === 'invalid_client' ? error : 'invalid_request'
  const hint =
    error === 'invalid_client'
      ? 'The requested OAuth 2.0 Client does not exist.'
      : error === 'invalid_redirect_uri' &&
        "The 'redirect_uri' parameter does not match any of the OAuth 2.0 Client's pre-registered 'redirect_uris'."
  return new URLSearchParams({
    error: known,
    error_description: describe(known),
    ...(hint && { error_hint: hint }),
    error_status_code: known === 'invalid_client' ? '401' : '400',
  }).toString()
}
