/** What the portal's pages are told. All of it may come from a stranger: the pages escape everything. */
import type { Level } from '../../types.ts'

interface Place {
  /** The portal's own host, for the title. */
  readonly host?: string
}

/** Where to go after the login, carried through the forms as Authelia names it; the portal judges it, not the page. */
interface Return {
  readonly rd?: string
  /** The method of the request that was sent here. */
  readonly rm?: string
  /** A login to an app that asked by OpenID Connect. */
  readonly flow?: string
}

export interface LoginView extends Place, Return {
  readonly username?: string
  readonly error?: string
  readonly remember?: boolean
  /** The host of the app that the visitor wants to open. */
  readonly asking?: string
}

export interface SecondFactorView extends Place, Return {
  readonly username: string
  readonly error?: string
  readonly asking?: string
}

export interface EnrolView extends Place, Return {
  readonly username: string
  /** The otpauth address, for the QR code. */
  readonly uri: string
  /** The secret in base32, for typing by hand. */
  readonly secret: string
  readonly error?: string
}

export interface HomeView extends Place {
  readonly username: string
  readonly level: Level
  readonly enrolled: boolean
  readonly enrolment: 'open' | 'closed'
}

export interface ConsentView extends Place {
  readonly flow: string
  readonly username: string
  /** The app, as the configuration calls it. */
  readonly asking: string
  readonly scopes: readonly string[]
  /** The host that the answer goes to. */
  readonly returnsTo: string
}

export interface SignedOutView extends Place {
  readonly rd?: string
}

export interface NoticeView extends Place {
  readonly title: string
  readonly text: string
  readonly status: number
  /** Where to go on: an https address or a path. */
  readonly link?: { readonly href: string; readonly text: string }
}
