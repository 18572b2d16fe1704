/** An app as the configuration would make it, for tests of catalogue entries. */
import { oidcEntry } from '../../../src/catalog/catalog.ts'
import { clientOf, settingsOf } from '../../../src/catalog/client.ts'
import type { Client, OidcEntry, Setting, SheetFacts, Step } from '../../../src/catalog/types.ts'

export interface Wanted {
  readonly url?: string
  readonly settings?: Readonly<Record<string, string>>
  readonly groups?: readonly string[]
  readonly authority?: string
  readonly secret?: string
}

/** What a setting looks like, in the house of the tests. */
export const exampleOf = ({ example = 'x' }: Setting): string =>
  example.replaceAll('example.com', 'haus.test')

/** What must be written for a kind, with values that look like it. */
export const needed = ({ settings }: OidcEntry): Record<string, string> =>
  Object.fromEntries(
    Object.entries(settings)
      .filter(([, setting]) => setting.default === undefined && !setting.optional)
      .map(([name, setting]) => [name, exampleOf(setting)]),
  )

export function entryOf(kind: string): OidcEntry {
  const entry = oidcEntry(kind)
  if (entry === undefined) throw new Error(`no kind ${kind}`)
  return entry
}

/** Everything that a setup sheet of this kind is told. */
export function factsOf(kind: string, wanted: Wanted = {}): SheetFacts {
  const { url = `https://${kind}.haus.test`, settings = {}, groups = [], authority } = wanted
  const facts = {
    name: kind,
    url,
    portal: 'https://auth.haus.test',
    domain: 'haus.test',
    settings: settingsOf(kind, { ...needed(entryOf(kind)), ...settings }),
    groups,
    ...(authority === undefined ? {} : { authority }),
  }
  const client = clientOf(kind, facts, {
    client_id: `id-of-${kind}`,
    policy: 'one_factor',
    consent: 'implicit',
    overrides: {},
  })
  return { ...facts, client, secret: wanted.secret ?? 'S3cret-of.the_app~0123456789abcdef' }
}

export const clientFor = (kind: string, wanted?: Wanted): Client => factsOf(kind, wanted).client

export const stepsOf = (kind: string, wanted?: Wanted): readonly Step[] =>
  entryOf(kind).steps(factsOf(kind, wanted))

/** Every text of the steps. */
export const textsOf = (steps: readonly Step[]): string[] =>
  steps.flatMap(({ title, text, file, commands, fields, beware }) => [
    title,
    text ?? '',
    file?.path ?? '',
    file?.content ?? '',
    ...(commands ?? []),
    ...(fields ?? []).flat(),
    beware ?? '',
  ])
