/**
 * An app's own cookies belong to the user who got them. Grafana, SeaFile and many more keep their own
 * session and would greet the next person on the same browser as the previous one.
 *
 * A host-only cookie of ours remembers whose each cookie is: for every name a few bytes of a digest of the
 * name and of the user. It needs no secret: who changes it has only their own browser to fool, and its
 * `__Host-` name keeps sibling apps from planting it (RFC 6265bis section 4.1.3.2).
 */
import { hash } from 'node:crypto'
import { eachCookie } from '../lib/cookies.ts'
import { endCookies, type Place } from './end-cookies.ts'

export const BINDING_COOKIE = '__Host-gatehouse_owner'
const NAME_BYTES = 4
const OWNER_BYTES = 6
const ENTRY = NAME_BYTES + OWNER_BYTES
/** 100 names of 10 bytes make a cookie of 1.4 KB; the oldest names go first. */
const MOST_ENTRIES = 100

const digests = new Map<string, string>()
const MOST_DIGESTS = 5000
const LONGEST_KNOWN = 64

/** The first bytes of SHA-256; the names and users that come again are remembered, in bounded memory. */
function digest(text: string, bytes: number): string {
  const known = digests.get(text)
  if (known !== undefined) return known.slice(0, bytes)
  const made = hash('sha256', text, 'buffer').subarray(0, OWNER_BYTES).toString('latin1')
  if (text.length > LONGEST_KNOWN) return made.slice(0, bytes)
  if (digests.size >= MOST_DIGESTS) digests.clear()
  // A copy: V8 lets a piece of a string hold the whole, which is a Cookie header of up to 64 KB.
  digests.set(Buffer.from(text).toString(), made)
  return made.slice(0, bytes)
}

/** Whose each cookie name is: digest of the name to digest of the owner. */
type Owners = Map<string, string>

function parse(value: string | undefined): Owners {
  const owners: Owners = new Map()
  if (value === undefined || !/^[\w-]*$/.test(value)) return owners
  const bytes = Buffer.from(value, 'base64url').toString('latin1')
  for (let at = 0; at + ENTRY <= bytes.length && owners.size < MOST_ENTRIES; at += ENTRY) {
    owners.set(bytes.slice(at, at + NAME_BYTES), bytes.slice(at + NAME_BYTES, at + ENTRY))
  }
  return owners
}

function write(owners: ReadonlyMap<string, string>): string {
  const entries = [...owners].slice(-MOST_ENTRIES)
  const bytes = entries.map(([name, owner]) => name + owner).join('')
  return `${BINDING_COOKIE}=${Buffer.from(bytes, 'latin1').toString('base64url')}; Path=/; Max-Age=31536000; HttpOnly; Secure; SameSite=Lax`
}

/** The value of our cookie in a Cookie header. */
export function bindingOf(cookie: string | undefined): string | undefined {
  if (cookie === undefined || !cookie.includes(BINDING_COOKIE)) return undefined
  let found: string | undefined
  eachCookie(cookie, (name, value) => {
    if (name === BINDING_COOKIE) found ??= value
  })
  return found
}

export interface Claimed {
  /** The Cookie header for the app; undefined where nothing is left. */
  readonly cookie: string | undefined
  /** Set-Cookie lines that end what is another's. */
  readonly expired: readonly string[]
  readonly owners: ReadonlyMap<string, string>
  /** Whether the binding must be written back whatever the app answers. */
  readonly changed: boolean
}

/**
 * Goes through the app's cookies on a request of `user`: those of another user are taken out, those of
 * nobody become this user's. `domain` is the configured one, above which no cookie is ended.
 */
export function claim(
  cookie: string | undefined,
  binding: string | undefined,
  user: string,
  place: Place,
  domain: string,
): Claimed {
  const owners = parse(binding)
  if (cookie === undefined) return { cookie, expired: [], owners, changed: false }
  const me = digest(user, OWNER_BYTES)
  const kept: string[] = []
  const foreign = new Set<string>()
  let changed = false
  eachCookie(cookie, (name, _value, pair) => {
    const key = digest(name, NAME_BYTES)
    const owner = owners.get(key)
    if (owner === undefined) {
      owners.set(key, me)
      changed = true
    }
    if (owner === undefined || owner === me) kept.push(pair)
    else foreign.add(name)
  })
  const expired = foreign.size === 0 ? [] : endCookies(foreign, place, domain)
  return { cookie: kept.length === 0 ? undefined : kept.join('; '), expired, owners, changed }
}

/** The Set-Cookie line that records the names which the app sets for `user`; undefined where nothing is new. */
export function bind(claimed: Claimed, user: string, names: readonly string[]): string | undefined {
  if (names.length === 0 && !claimed.changed) return undefined
  const me = digest(user, OWNER_BYTES)
  // A copy: what was claimed may be remembered for the next request.
  const owners: Owners = new Map(claimed.owners)
  let { changed } = claimed
  for (const name of names) {
    const key = digest(name, NAME_BYTES)
    if (owners.get(key) === me) continue
    owners.delete(key)
    owners.set(key, me)
    changed = true
  }
  return changed ? write(owners) : undefined
}
