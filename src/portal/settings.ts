/** What the portal runs on, whichever file it was read from. Durations in milliseconds. */
import type { Regulation } from '../config/model.ts'
import type { AccessControl } from '../types.ts'
import type { OidcSettings } from './oidc/settings.ts'

/** One cookie domain and the portal that stands in it. */
export interface CookieDomain {
  /** Lower case: `example.com`. */
  readonly domain: string
  /** The cookie's name. */
  readonly name: string
  readonly sameSite: 'Lax' | 'Strict' | 'None'
  /** The portal's address as browsers see it, path included: `https://auth.example.com:8443`. */
  readonly portal: string
  /** The ports, besides the portal's own, that a return address may have. */
  readonly ports: readonly number[]
  readonly defaultRedirection?: string
  /** 0: none. */
  readonly inactivity: number
  readonly expiration: number
  /** 0: not offered. */
  readonly rememberMe: number
}

export interface UsersSettings {
  /** users_database.yml, absolute. */
  readonly file: string
  readonly watch: boolean
  /** Authelia's `file.search`: whether an email address or another case of letters names a user too. */
  readonly byEmail: boolean
  readonly anyCase: boolean
}

export interface TotpSettings {
  /** Where the secrets are kept, absolute; need not exist yet. */
  readonly file: string
  readonly issuer: string
  readonly algorithm: 'SHA1' | 'SHA256' | 'SHA512'
  readonly digits: number
  /** Seconds. */
  readonly period: number
  /** How many periods before and after now are accepted. */
  readonly skew: number
  readonly enrolment: 'open' | 'closed'
}

export interface PortalSettings {
  /** At least one. */
  readonly cookies: readonly CookieDomain[]
  readonly access: AccessControl
  /** Bypass rules see the path alone, as the gateway's own do; false: as Authelia matches. */
  readonly bypassPathOnly: boolean
  readonly users: UsersSettings
  readonly totp: TotpSettings
  readonly regulation: Regulation
  /** Absent: no app asks this portal by OpenID Connect, and nothing of it is loaded. */
  readonly oidc?: OidcSettings
}
