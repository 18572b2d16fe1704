import { oidcEntry } from './catalog.ts'
import { custom } from './oidc/custom.ts'
import type { AppFacts, Client, ClientSettings } from './types.ts'

/** What gatehouse.yml says of a client itself. */
export interface ClientChoices {
  readonly client_id: string
  readonly policy: Client['policy']
  readonly consent: Client['consent']
  /** What differs from the entry. */
  readonly overrides: { readonly [K in keyof ClientSettings]?: ClientSettings[K] | undefined }
}

/** The settings of a kind that the file leaves out, with those that it gives. */
export function settingsOf(kind: string, given: Readonly<Record<string, string>>): Record<string, string> {
  const known = Object.entries((oidcEntry(kind) ?? custom).settings)
  const defaults = known.flatMap(([name, { default: value }]) => (value === undefined ? [] : [[name, value]]))
  return { ...Object.fromEntries(defaults), ...given }
}

/** The client of an app: what its entry says, and what the file says instead. */
export function clientOf(kind: string, facts: AppFacts, choices: ClientChoices): Client {
  const entry = oidcEntry(kind) ?? custom
  const overrides = Object.fromEntries(
    Object.entries(choices.overrides).filter(([, value]) => value !== undefined),
  ) as Partial<ClientSettings>
  const settings: ClientSettings = { ...entry.client(facts), ...overrides }
  return {
    ...settings,
    token_endpoint_auth_method: settings.public ? 'none' : settings.token_endpoint_auth_method,
    app: facts.name,
    client_id: choices.client_id,
    client_name: entry === custom ? facts.name : entry.title,
    policy: choices.policy,
    groups: facts.groups,
    consent: choices.consent,
  }
}
