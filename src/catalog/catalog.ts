import { custom } from './oidc/custom.ts'
import type { HeaderEntry, OidcEntry } from './types.ts'

/** Apps that speak OpenID Connect themselves, for `oidc_apps`. */
export const OIDC_ENTRIES: readonly OidcEntry[] = [custom]

/** Apps that take their user from a header, for `apps`. */
export const HEADER_ENTRIES: readonly HeaderEntry[] = []

/** The entry of an `oidc_apps` kind. */
export const oidcEntry = (kind: string): OidcEntry | undefined =>
  OIDC_ENTRIES.find(entry => entry.kind === kind)

/** The entry of an `apps` kind. */
export const headerEntry = (kind: string): HeaderEntry | undefined =>
  HEADER_ENTRIES.find(entry => entry.kind === kind)
