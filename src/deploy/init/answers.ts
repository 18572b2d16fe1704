/** What `init` has to know, and how each answer is judged. */
import { headerEntry, oidcEntry } from '../../catalog/catalog.ts'
import type { Setting } from '../../catalog/types.ts'
import { appName } from '../../config/checks/apps.ts'
import { Refusal } from '../../config/fault.ts'
import { readAppUrl } from '../../config/values/app-url.ts'
import { readDomain } from '../../config/values/domain.ts'
import { path } from '../../config/values/path.ts'
import { service } from '../../config/values/service.ts'
import { text } from '../../config/values/text.ts'
import { readUpstream } from '../../config/values/upstream.ts'
import { readOrigin } from '../../config/values/url.ts'

export interface AppAnswer {
  readonly name: string
  /** Its entry in the catalogue, where it has one. */
  readonly kind?: string
  readonly upstream: string
}

export interface OidcAnswer {
  readonly name: string
  readonly kind: string
  readonly url: string
  readonly upstream?: string
  readonly redirectUris: readonly string[]
  readonly settings: Readonly<Record<string, string>>
}

export interface MailAnswer {
  readonly address: string
  readonly sender: string
  readonly username?: string
  /** The password itself; it goes into a file of its own. */
  readonly password?: string
}

export interface UserAnswer {
  readonly name: string
  readonly displayName: string
  readonly email: string
  readonly groups: readonly string[]
  /** Absent: one is made. */
  readonly password?: string
}

export interface Answers {
  readonly domain: string
  /** Undefined: the built-in portal. */
  readonly authelia?: string
  readonly apps: readonly AppAnswer[]
  readonly oidcApps: readonly OidcAnswer[]
  readonly mail?: MailAnswer
  /** Absent: an authority of the house's own. */
  readonly certificate?: { readonly certificate: string; readonly key: string }
  readonly user?: UserAnswer
}

/** Where Authelia is found that `apply` sets up. */
export const AUTHELIA_HERE = 'http://127.0.0.1:9091'

const shape =
  (pattern: RegExp, message: string, hint: string) =>
  (input: unknown): void => {
    if (!pattern.test(String(input))) throw new Refusal(message, hint)
  }

/** A reader for each answer; a user's name is as `gatehouse user` takes it, a group's has no comma for Remote-Groups. */
export const READERS = {
  domain: readDomain,
  authelia: (input: unknown) => readOrigin(input, AUTHELIA_HERE),
  name: shape(appName, 'The name of an app is small letters, digits and hyphens.', 'shinobi'),
  upstream: readUpstream,
  url: readAppUrl,
  mail: service({ smtp: 25, submission: 587, submissions: 465 }, 'submission://smtp.example.com:587'),
  sender: text('Authelia <auth@example.com>'),
  word: text('auth@example.com'),
  path: path('/etc/letsencrypt/live/example.com/fullchain.pem'),
  user: shape(
    /^[a-z0-9][a-z0-9._@+-]{0,63}$/,
    'The name of a user is small letters, digits and "._@+-", without blanks.',
    'ann',
  ),
  email: shape(/^[^\s@<>,]+@[^\s@<>,]+$/, 'That is no mail address.', 'ann@example.com'),
  group: shape(/^[^,\s][^,]*$/, 'A group has a name without a comma.', 'admins'),
  /** As `deploy.password_policy` has it by default. */
  password: shape(/^.{8,}$/s, 'A password has 8 characters or more.', 'a few words that nobody guesses'),
}

const REDIRECT: Setting = {
  describe: 'Where the login comes back to: the documents of the app call it redirect URI or callback URL.',
  example: 'https://app.example.com/oauth2/callback',
}

/** What must be asked of a kind of app beside its address; `redirect_uri` is no setting, and `custom` needs it. */
export function neededSettings(kind: string): readonly (readonly [string, Setting])[] {
  const settings = Object.entries(oidcEntry(kind)?.settings ?? {})
  const needed = settings.filter(([, setting]) => setting.default === undefined)
  return kind === 'custom' ? [...needed, ['redirect_uri', REDIRECT]] : needed
}

/** An app of the catalogue by its own name is of that kind. */
export const kindNamed = (name: string): string | undefined => headerEntry(name)?.kind
