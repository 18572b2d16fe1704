/** What the door's pages are told. All of it may come from a stranger: the pages escape everything. */

export type RefusalCode =
  | 'bad-request'
  | 'no-app'
  | 'denied'
  | 'cross-site'
  | 'framed'
  | 'second-factor'
  | 'loop'
  | 'planted-cookie'
  | 'unavailable'
  | 'busy'
  | 'upstream-down'
  | 'upstream-slow'
  | 'upstream-cut'
  | 'upstream-certificate'
  | 'sign-in-frame'
  | 'interstitial'
  | 'too-large'
  | 'internal'

export interface RefusalView {
  readonly code: RefusalCode
  readonly status: number
  /** The host that was asked for. */
  readonly host: string
  /** The app's name in the configuration. */
  readonly app?: string
  readonly user?: string
  /** Where the rule that said no is written: `apps.cams.rules[0]`. */
  readonly rule?: string
  /** The login page's address, with its return address where there is one. */
  readonly login?: string
  /** The sign-out page: `/.gatehouse/sign-out`. */
  readonly signOut?: string
  /** Seconds until it is worth trying again. */
  readonly retryAfter?: number
  /** Why, in a sentence; shown by `bad-request`, `cross-site`, `framed` and `too-large` alone. `sign-out` with `unavailable`: see there. */
  readonly detail?: string
  /** The request's id in the log. */
  readonly id: string
  /** The page that was asked for: path and query, or an https address. */
  readonly target?: string
}
