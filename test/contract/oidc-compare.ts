/** How an answer of the provider differs from the recorded one: values that are new each time told by their kind. */
import { type Answered, type Headers, valuesOf } from './exchange.ts'

const HEADERS = [
  'Location',
  'WWW-Authenticate',
  'Cache-Control',
  'Pragma',
  'Content-Security-Policy',
] as const
const NEW = ['code', 'flow_id', 'consent_id', 'access_token', 'refresh_token', 'id_token'] as const
const TIMES = new Set(['auth_time', 'exp', 'iat', 'rat', 'updated_at'])
const RANDOM = new Set(['jti', 'sub', 'at_hash', 'kid', 'n'])

/** What an answer hands out that later requests show again: kind to value. */
export function handedOut(answer: Answered): Map<string, string> {
  const text = `${valuesOf(answer.headers, 'Location').join(' ')} ${answer.body}`.replaceAll('\\u0026', '&')
  const found = new Map<string, string>()
  for (const kind of NEW) {
    const pattern = new RegExp(`(?:[?&#]${kind}=|"${kind}":")([^&"\\s<]+)`)
    const value = pattern.exec(text)?.[1]
    if (value !== undefined) found.set(kind, value)
  }
  const session = /^authelia_session=([^;]{32})/.exec(valuesOf(answer.headers, 'Set-Cookie')[0] ?? '')?.[1]
  if (session !== undefined) found.set('session', session)
  return found
}

function plain(key: string, value: unknown): unknown {
  if (typeof value === 'number' && TIMES.has(key)) return `(${key})`
  // One client ID, or a list of one: RFC 7519, 4.1.3 has both.
  if (key === 'aud' && Array.isArray(value) && value.length === 1) return value[0]
  if (RANDOM.has(key)) return `(${key})`
  if (key === 'access_token' || key === 'refresh_token') return `(${key})`
  if (key === 'id_token' && typeof value === 'string') {
    const [, payload = ''] = value.split('.')
    return flat(JSON.parse(Buffer.from(payload, 'base64url').toString('utf8')))
  }
  return value
}

/** Keys in one order, values that change each time by their kind. */
function flat(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(flat)
  if (typeof value !== 'object' || value === null) return value
  const entries = Object.entries(value).map(([key, inner]) => [key, flat(plain(key, inner))] as const)
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)))
}

function bodyOf({ body, headers }: Answered): string {
  const type = valuesOf(headers, 'Content-Type')[0] ?? ''
  if (type.startsWith('application/json')) return JSON.stringify(flat(JSON.parse(body)))
  // Pages are ours.
  return type.startsWith('text/html') && !body.startsWith('<a ') ? '(page)' : body
}

function normal(text: string, handed: ReadonlyMap<string, string>): string {
  let result = text.replaceAll('\\u0026', '&')
  for (const [kind, value] of handed) result = result.replaceAll(value, `(${kind})`)
  return result
}

const said = (headers: Headers, name: string) => valuesOf(headers, name).join(' | ')

/** @returns `status`, `Location`, `body`… with what they are and were */
export function differencesOf(was: Answered, is: Answered): string[] {
  const found: string[] = []
  const [before, now] = [handedOut(was), handedOut(is)]
  const check = (what: string, recorded: string, live: string) => {
    if (recorded !== live) found.push(`${what}: ${live}\n  recorded ${recorded}`)
  }
  check('status', String(was.status), String(is.status))
  for (const name of HEADERS)
    check(name, normal(said(was.headers, name), before), normal(said(is.headers, name), now))
  check('body', normal(bodyOf(was), before), normal(bodyOf(is), now))
  return found
}
