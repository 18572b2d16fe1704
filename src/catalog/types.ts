/**
 * What is known of an app, as data: how its client of Authelia is set, and what to type into it. An entry
 * computes from facts and never reads the machine, so that the same entry serves Authelia's
 * configuration, the built-in portal, the setup sheet and `doctor`.
 */

/** A value of `settings` below an app: what this kind of app has to know beside its address. */
export interface Setting {
  readonly describe: string
  /** Absent: the setting must be written, unless it is optional. */
  readonly default?: string
  /** It may be left out, and has no default. */
  readonly optional?: true
  readonly choices?: readonly string[]
  /** What a value looks like, and how a message says it: `a name for addresses: letters, digits, "-"`. */
  readonly shape?: { readonly pattern: RegExp; readonly says: string }
  readonly example?: string
}

/** What an entry was checked against; what could not be checked says so. */
export interface Checked {
  /** The app's version whose documentation or source was read. */
  readonly version: string
  /** The day, `2026-11-24`. */
  readonly on: string
  /** Addresses of the pages read. */
  readonly sources: readonly string[]
  /** What these pages leave open. */
  readonly unsure?: string
}

/** Everything an entry may use; all of it computed, so that nobody types a port or a slash. */
export interface AppFacts {
  /** The app's name in gatehouse.yml: `cloud`. */
  readonly name: string
  /** Origin and path as browsers see the app, without a slash at the end: `https://pve.example.com:8006`. */
  readonly url: string
  /** The portal's origin, which is the issuer: `https://auth.example.com`. */
  readonly portal: string
  readonly domain: string
  /** Every setting of the entry, defaults filled in. */
  readonly settings: Readonly<Record<string, string>>
  /** Groups whose members may enter; empty: everyone. */
  readonly groups: readonly string[]
  /** The PEM file of the own authority as the app's machine has it, where the house has one. */
  readonly authority?: string
}

export type TokenAuth = 'client_secret_basic' | 'client_secret_post' | 'none'

/**
 * A claim that says whether the user is in a group, given with a scope of its own. It is `true` or `false`,
 * never a word: PHP takes the word "no" for true, and would make every user an administrator.
 */
export interface GroupClaim {
  readonly scope: string
  readonly claim: string
  readonly group: string
}

/** How the app's client of the OpenID Connect provider is set, in Authelia's words (RFC 7591). */
export interface ClientSettings {
  /** Compared character by character (RFC 6749, 3.1.2.3). */
  readonly redirect_uris: readonly string[]
  readonly scopes: readonly string[]
  /** A client without a secret; `token_endpoint_auth_method` is `none` then. */
  readonly public: boolean
  readonly token_endpoint_auth_method: TokenAuth
  /** `off`: the app sends no challenge (RFC 7636). */
  readonly pkce: 'S256' | 'off'
  readonly grant_types: readonly ('authorization_code' | 'implicit' | 'refresh_token')[]
  readonly response_types: readonly ('code' | 'id_token' | 'id_token token')[]
  /** Claims that the app wants in the ID token and Authelia gives at userinfo alone without a claims policy. */
  readonly id_token_claims: readonly string[]
  readonly group_claims: readonly GroupClaim[]
}

/** A client of the provider, whole: what is rendered, served and checked. */
export interface Client extends ClientSettings {
  /** The app's name in gatehouse.yml. */
  readonly app: string
  readonly client_id: string
  /** For the consent page. */
  readonly client_name: string
  readonly policy: 'one_factor' | 'two_factor' | 'deny'
  /** Groups whose members may enter; empty: everyone. */
  readonly groups: readonly string[]
  readonly consent: 'implicit' | 'explicit'
}

/** One thing to do in the app. Text may hold `code` in backticks and nothing else of Markdown. */
export interface Step {
  readonly title: string
  readonly text?: string
  /** A file to write or to add to. */
  readonly file?: { readonly path: string; readonly language: string; readonly content: string }
  /** Commands for a shell, one a line, on the app's machine. */
  readonly commands?: readonly string[]
  /** Fields of the app's own page, as it labels them. */
  readonly fields?: readonly (readonly [label: string, value: string])[]
  /** What trips people here. */
  readonly beware?: string
}

/** What a setup sheet is told beside the facts; the secret is a placeholder unless it was asked for. */
export interface SheetFacts extends AppFacts {
  readonly client: Client
  readonly secret: string
}

export interface OidcEntry {
  readonly kind: string
  readonly title: string
  readonly checked: Checked
  readonly settings: Readonly<Record<string, Setting>>
  client(facts: AppFacts): ClientSettings
  /**
   * What is put behind `url` to start a login: `/user/oauth2/authelia`. What answers a GET there, after
   * redirects of its own, leads to the provider or has the authorization request's address in its body (a
   * page, or settings in JSON). `doctor` compares that request with the client; absent: it looks at the app's front page.
   */
  login?(facts: AppFacts): string
  steps(facts: SheetFacts): readonly Step[]
}

/** What a header app is told of itself. */
export interface HeaderFacts extends AppFacts {
  /** Where the app listens: `http://127.0.0.1:5000`, `unix:/run/app.sock`. */
  readonly upstream: string
  /** As they are sent: header to `user`, `groups`, `name` or `email`. */
  readonly identity_headers: Readonly<Record<string, IdentityWord>>
  readonly policy: 'bypass' | 'one_factor' | 'two_factor' | 'deny'
  /** Whether rules stand beside the policy. */
  readonly ruled?: boolean
  /** `authelia`: clients without a browser may send user and password. */
  readonly basic?: 'off' | 'authelia'
}

export type IdentityWord = 'user' | 'groups' | 'name' | 'email'

/** An app that takes its user from a header: what its configuration has to know. */
export interface HeaderKind {
  readonly kind: string
  readonly title: string
  /** The headers that it is told by unless `identity_headers` says otherwise. */
  readonly identity_headers: Readonly<Record<string, IdentityWord>>
  /** The only names that the app reads, where they cannot be chosen in it; any one for each word. */
  readonly reads?: Readonly<Record<string, IdentityWord>>
  /** The port that it listens on out of the box, where it has one. */
  readonly port?: number
  /**
   * How programs without a browser get in: by keys of the `app` itself, on paths that a rule opens; by user and
   * password at the `gate` (`basic: authelia`); or not at all (absent).
   */
  readonly clients?: 'app' | 'gate'
}

/** The same with its setup sheet. */
export interface HeaderEntry extends HeaderKind {
  readonly checked: Checked
  steps(facts: HeaderFacts): readonly Step[]
}
