/** How an app is told who the visitor is: plain headers, which strip has deleted from the request before. */
import type { App, IdentityField } from '../config/model.ts'
import { wireValue } from '../lib/headers.ts'
import type { Identity } from '../types.ts'

/** CR, LF and NUL would end the header or the C string it becomes; Authelia makes them spaces too. */
function clean(text: string): string {
  return wireValue(text.replace(/[\r\n\0]/g, ' '))
}

/** One field of an identity as a header value; empty for nobody. */
function fieldOf(identity: Identity | undefined, field: IdentityField): string {
  if (identity === undefined) return ''
  return clean(field === 'groups' ? identity.groups.join(',') : identity[field])
}

/**
 * Appends the identity headers of `app`, for somebody. Nobody gets none: they were deleted, and the app
 * sees a visitor it does not know.
 */
export function addIdentity(headers: string[], app: App, identity: Identity | undefined): void {
  if (identity === undefined) return
  let told = known.get(identity)
  if (told === undefined || told.app !== app) {
    told = { app, lines: linesOf(app, identity) }
    known.set(identity, told)
  }
  for (const text of told.lines) headers.push(text)
}

/** The lines for the app that an identity was last told to: a kept verdict brings the same one each time. */
const known = new WeakMap<Identity, { readonly app: App; readonly lines: readonly string[] }>()

function linesOf(app: App, identity: Identity): string[] {
  return Object.entries(app.identity_headers).flatMap(([name, field]) => [name, fieldOf(identity, field)])
}

/** What Authelia's own answers carry, whatever an app asks for. */
const USUAL: Readonly<Record<string, IdentityField>> = {
  'Remote-User': 'user',
  'Remote-Groups': 'groups',
  'Remote-Name': 'name',
  'Remote-Email': 'email',
}

/** Fills in all identity headers for one app: name, value, name, value. */
export type Announce = (app: App, identity: Identity | undefined) => string[]

/**
 * For a proxy in front, which copies what the verdict names and may leave a client's own in place of what
 * it does not (Caddy CVE-2026-30851): every identity header of any app, empty where there is no value.
 */
export function announceAll(apps: readonly App[]): Announce {
  const names = new Map(Object.keys(USUAL).map(name => [name.toLowerCase(), name]))
  for (const name of apps.flatMap(app => Object.keys(app.identity_headers))) {
    if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  }
  const fields = new Map(apps.map(app => [app.name, fieldsByName(app)]))
  const headers = [...names]
  return (app, identity) => {
    const of = fields.get(app.name)
    const flat: string[] = []
    for (const [lower, name] of headers) {
      const field = of?.get(lower)
      flat.push(name, field === undefined ? '' : fieldOf(identity, field))
    }
    return flat
  }
}

function fieldsByName(app: App): ReadonlyMap<string, IdentityField> {
  return new Map(Object.entries(app.identity_headers).map(([name, field]) => [name.toLowerCase(), field]))
}
