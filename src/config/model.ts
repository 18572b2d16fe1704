/**
 * The configuration as the code sees it: checked, defaults filled in, paths absolute, durations in
 * milliseconds. Names are those of gatehouse.yml. How the file itself is written is schema.ts.
 */
import type { AccessRule, Policy } from '../types.ts'
import type { Deploy, OidcApp } from './model-oidc.ts'

export interface Config {
  /** Absolute path of the file this was read from. */
  readonly file: string
  /** The domain of the session cookie, lower case. */
  readonly domain: string
  /** The port browsers use, for addresses that we hand out. */
  readonly public_port: number
  readonly listen: readonly Listener[]
  /** Processes that share the work; `auto` is one for each core. */
  readonly workers: number | 'auto'
  /** Exactly one of `authelia` and `portal` is set. */
  readonly authelia?: AutheliaConfig
  readonly portal?: PortalConfig
  /** In the order of the file. */
  readonly apps: readonly App[]
  /** What is the same for Authelia and the built-in portal, so that nobody asks which one it is. */
  readonly session: SessionConfig
  /** In the order of the file. */
  readonly oidc_apps: readonly OidcApp[]
  /** The absolute path of the folder of the secrets that Gatehouse makes. */
  readonly secrets: string
  readonly deploy: Deploy
}

export interface SessionConfig {
  /** The cookie's name. */
  readonly cookie: string
  /** The portal's origin, without a slash at the end: `https://auth.example.com[:port]`. */
  readonly portal: string
  /** The portal's host alone, lower case. */
  readonly portal_host: string
  /** How long a session may lie idle, in milliseconds; for streams that do not count as activity. */
  readonly inactivity: number
}

export interface Listener {
  /** Exactly one of `address` and `unix` is set. The host has no brackets. */
  readonly address?: { readonly host: string; readonly port: number }
  /** Absolute path of a unix socket. */
  readonly unix?: string
  /** The socket's permissions; 0o660 unless told. */
  readonly mode?: number
  /** The socket's group, by name or number. */
  readonly group?: string
  readonly door: 'proxy' | 'forward_auth'
  /** Absolute paths; several for SNI, the first for clients that name no host. */
  readonly tls?: readonly Certificate[]
  /**
   * CIDR blocks whose X-Forwarded-* count: the file's list, else loopback for a plain listener on
   * loopback, else none. A unix listener trusts its peer always.
   */
  readonly trusted_proxies: readonly string[]
}

export interface Certificate {
  readonly certificate: string
  readonly key: string
}

/** How verdicts are asked for and kept; durations in milliseconds. */
export interface VerdictConfig {
  readonly timeout: number
  readonly verdict_ttl: number
  readonly grace: number
}

export interface AutheliaConfig extends VerdictConfig {
  /** An origin, without a slash at the end. */
  readonly url: string
  readonly verdict_scope: 'request' | 'app'
  /** Authelia's own configuration.yml, absolute. */
  readonly configuration?: string
}

export interface PortalConfig extends VerdictConfig {
  /** Lower case, inside `domain`. */
  readonly host: string
  /** users_database.yml, absolute. */
  readonly users: string
  /** Where TOTP secrets are kept, absolute; need not exist yet. */
  readonly totp: string
  readonly enrolment: 'open' | 'closed'
  readonly inactivity: number
  readonly expiration: number
  /** 0: the login page does not offer it. */
  readonly remember_me: number
  readonly regulation: Regulation
}

export interface Regulation {
  readonly max_retries: number
  readonly find_time: number
  readonly ban_time: number
}

export type IdentityField = 'user' | 'groups' | 'name' | 'email'

export interface App {
  readonly name: string
  /** Its entry in the catalogue. */
  readonly kind?: string
  /** Lower case, without port, inside `domain`; at least one. */
  readonly hosts: readonly string[]
  readonly upstream: UpstreamAddress
  readonly upstream_tls?: UpstreamTls
  readonly upstream_host: 'keep' | 'rewrite'
  /** Milliseconds; 0 = none. */
  readonly timeouts: { readonly connect: number; readonly first_byte: number; readonly idle: number }
  /** How open streams are watched over; `recheck` in milliseconds. */
  readonly streams: { readonly recheck: number; readonly counts_as_activity: boolean }
  readonly paths: 'strict' | 'raw'
  readonly cross_site: 'deny' | 'allow' | 'deny_all'
  readonly preflight: 'judge' | 'pass'
  readonly basic: 'off' | 'authelia'
  /** Origins that may show the app in a frame. */
  readonly framed_by: readonly string[]
  /** Where no rule matches. */
  readonly policy: Policy
  /** `domains` is empty, since the app is matched already; labels are `apps.<name>.rules[<i>]`. */
  readonly rules: readonly AccessRule[]
  readonly identity_headers: Readonly<Record<string, IdentityField>>
}

export interface UpstreamAddress {
  readonly kind: 'http' | 'https' | 'unix'
  /** `http://127.0.0.1:8080`; `http://localhost` for a unix socket. */
  readonly origin: string
  /** The Host header for `upstream_host: rewrite`. */
  readonly host: string
  /** The socket's absolute path, for kind unix alone. */
  readonly socket?: string
}

/** Exactly one is set. */
export interface UpstreamTls {
  /** A PEM file, absolute. */
  readonly ca?: string
  /** SHA-256 of the certificate, 64 hexadecimal digits in lower case. */
  readonly fingerprint?: string
  readonly insecure_skip_verify?: boolean
}
