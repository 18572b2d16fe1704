/** How an app is told who the visitor is: plain headers, which strip has deleted from the request before. */
import type { App } from '../config/model.ts'
import { wireValue } from '../lib/headers.ts'
import type { Identity } from '../types.ts'

/** CR, LF and NUL would end the header or the C string it becomes; Authelia makes them spaces too. */
function clean(text: string): string {
  return wireValue(text.replace(/[\r\n\0]/g, ' '))
}

/** One field of an identity as a header value; empty for nobody. */
function fieldOf(identity: Identity | undefined, field: 'user' | 'groups' | 'name' | 'email'): string {
  if (identity === undefined) return ''
  return clean(field === 'groups' ? identity.groups.join(',') : identity[field])
}

/**
 * Appends the identity headers of `app`, for somebody. Nobody gets none: they were deleted, and the app
 * sees a visitor it does not know.
 */
export function addIdentity(headers: string[], app: App, identity: Identity | undefined): void {
  if (identity === undefined) return
  for (const name in app.identity_headers) {
    const field = app.identity_headers[name]
    if (field !== undefined) headers.push(name, fieldOf(identity, field))
  }
}
