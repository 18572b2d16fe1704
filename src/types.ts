/** The words that every room shares. Types only: nothing here runs. */

/** What an access rule asks for, in Authelia's words, from the weakest to the strictest. */
export type Policy = 'bypass' | 'one_factor' | 'two_factor' | 'deny'

/** Authelia's authentication_level: 0 nobody, 1 password, 2 password and second factor. */
export type Level = 0 | 1 | 2

/** Who the visitor is. Strings are Unicode; headers on the wire carry their UTF-8 bytes. */
export interface Identity {
  readonly user: string
  readonly groups: readonly string[]
  readonly name: string
  readonly email: string
}

/**
 * What kind of answer the client can use.
 * `page`: a top-level navigation. `frame`: a navigation inside another page (Organizr).
 * `websocket`: an upgrade. `data`: all else (fetch, XHR, image, event stream, API client).
 */
export type RequestClass = 'page' | 'frame' | 'websocket' | 'data'

/** One query test of an access rule (Authelia's access_control.rules.query). */
export interface QueryTest {
  readonly key: string
  readonly operator: 'present' | 'absent' | 'equal' | 'not equal' | 'pattern' | 'not pattern'
  /** Absent for `present` and `absent`. */
  readonly value?: string
}

/** One access rule as data; empty lists match everything. First match wins. */
export interface AccessRule {
  /** `a.example.com`, `*.example.com`, `{user}.example.com`, `{group}.example.com`. */
  readonly domains: readonly string[]
  /** RE2 patterns; the named groups `User` and `Group` must equal the visitor's. */
  readonly domainPatterns: readonly string[]
  /** RE2 patterns, searched in the cleaned path and query. */
  readonly resources: readonly string[]
  /** Any of the inner lists, all of whose `user:x` or `group:y` must hold. */
  readonly subjects: readonly (readonly string[])[]
  readonly methods: readonly string[]
  /** Addresses and CIDR blocks; names of definitions are already resolved. */
  readonly networks: readonly string[]
  /** Any of the inner lists, all of whose tests must hold. */
  readonly query: readonly (readonly QueryTest[])[]
  readonly policy: Policy
  /** Where the rule is written, as a person would look for it: `apps.cams.rules[0]`. */
  readonly label: string
}

/** A list of rules and the policy where none matches. */
export interface AccessControl {
  readonly rules: readonly AccessRule[]
  readonly fallback: Policy
  /** Where the fallback is written: `apps.cams.policy`, `access_control.default_policy`. */
  readonly fallbackLabel: string
}

/** Whom a rule is asked about; nobody has an empty user. */
export interface Subject {
  readonly user: string
  readonly groups: readonly string[]
  /** The client's address, canonical. */
  readonly client: string
}

/** What a rule is asked about. */
export interface AccessObject {
  readonly method: string
  /** Lower case, without port. */
  readonly host: string
  /** As the client sent it, percent-encoding kept, starting with `/`. */
  readonly path: string
  /** With its `?`, or empty. */
  readonly query: string
}

/** Where log lines go; pino fits. Objects hold no secret and no cookie. */
export interface Log {
  debug(fields: object, message: string): void
  info(fields: object, message: string): void
  warn(fields: object, message: string): void
  error(fields: object, message: string): void
}

/** Milliseconds since the epoch; comes in from outside so that tests can move it. */
export type Clock = () => number
