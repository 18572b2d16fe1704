/** What a setup sheet says, before it is written for a terminal, as Markdown or as a page. */
import { oidcEntry } from '../catalog.ts'
import { headerSheetEntry } from '../headers/all.ts'
import { plainHeaders } from '../headers/plain.ts'
import { custom } from '../oidc/custom.ts'
import type { AppFacts, Checked, Client, HeaderFacts, Step } from '../types.ts'
import { headerWarnings, oidcWarnings } from './warnings.ts'

/** The secret is left out of the sheet: what stands in its place, and the command that prints it. */
export interface Masked {
  readonly placeholder: string
  readonly command: string
}

export interface Sheet {
  /** The app's name in gatehouse.yml. */
  readonly app: string
  /** The entry's title: `Nextcloud`. */
  readonly title: string
  /** How it learns who is there, in a few words. */
  readonly signsIn: string
  /** Nothing of it is configured: names and addresses are examples. */
  readonly example: boolean
  /** What Gatehouse knows of the app, for the top of the sheet. */
  readonly facts: readonly (readonly [label: string, value: string])[]
  readonly masked?: Masked
  /** The client secret stands in it in the clear. */
  readonly showsSecret: boolean
  /** What does not fit together in this configuration. Text may hold `code`. */
  readonly warnings: readonly string[]
  readonly steps: readonly Step[]
  /** What may stand in gatehouse.yml below `settings` of the app. */
  readonly settings: readonly KnownSetting[]
  readonly checked: Checked
}

/** A setting of the kind. */
export interface KnownSetting {
  readonly name: string
  /** Text may hold `code`. */
  readonly describe: string
  /** What holds now; absent: nothing. */
  readonly value?: string
  readonly example?: string
}

/** Letters, digits and hyphens alone, so that it stands in any file or command without quotes. */
const placeholderOf = (app: string): string => `SECRET-OF-${app}`

const list = (values: readonly string[]): string => values.join(', ')

export interface OidcSheetInput {
  readonly kind: string
  readonly facts: AppFacts
  readonly client: Client
  /** The client secret in the clear, where it was asked for. */
  readonly secret?: string
  readonly example?: boolean
}

/** The sheet of an app that speaks OpenID Connect itself. */
export function oidcSheet({ kind, facts, client, secret, example = false }: OidcSheetInput): Sheet {
  const entry = oidcEntry(kind) ?? custom
  const placeholder = placeholderOf(facts.name)
  const shown = client.public ? '' : (secret ?? placeholder)
  const command = `gatehouse secret show ${facts.name}`
  return {
    app: facts.name,
    title: entry.title,
    signsIn: 'OpenID Connect',
    example,
    facts: [
      ['Address', facts.url],
      ['Portal', facts.portal],
      ['Client ID', client.client_id],
      ...client.redirect_uris.map(uri => ['Redirect URI', uri] as const),
      ['Policy', client.policy],
      ['Who may enter', client.groups.length === 0 ? 'everyone' : `members of ${list(client.groups)}`],
    ],
    ...(client.public || secret !== undefined ? {} : { masked: { placeholder, command } }),
    showsSecret: !client.public && secret !== undefined,
    warnings: oidcWarnings(client),
    steps: entry.steps({ ...facts, client, secret: shown }),
    settings: Object.entries(entry.settings).map(([name, { describe, example }]) => {
      const value = facts.settings[name]
      return {
        name,
        describe,
        ...(value === undefined ? {} : { value }),
        ...(example === undefined ? {} : { example }),
      }
    }),
    checked: entry.checked,
  }
}

export interface HeaderSheetInput {
  /** Absent: an app that the catalogue does not know. */
  readonly kind?: string
  readonly facts: HeaderFacts
  readonly example?: boolean
}

/** The sheet of an app that is told by headers who is there. */
export function headerSheet({ kind, facts, example = false }: HeaderSheetInput): Sheet {
  const entry = (kind === undefined ? undefined : headerSheetEntry(kind)) ?? plainHeaders
  return {
    app: facts.name,
    title: entry.title,
    signsIn: 'identity headers',
    example,
    facts: [
      ['Address', facts.url],
      ['Portal', facts.portal],
      ['Listens at', facts.upstream],
      ...Object.entries(facts.identity_headers).map(([name, what]) => [`Header ${name}`, what] as const),
      ['Policy', facts.policy],
    ],
    showsSecret: false,
    warnings: headerWarnings(entry, facts),
    steps: entry.steps(facts),
    settings: [],
    checked: entry.checked,
  }
}
