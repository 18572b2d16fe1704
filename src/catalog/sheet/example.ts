/** Sheets of kinds that nobody has configured: names, addresses and settings are examples. */
import { OIDC_ENTRIES, oidcEntry } from '../catalog.ts'
import { clientOf, settingsOf } from '../client.ts'
import { HEADER_SHEETS, headerSheetEntry } from '../headers/all.ts'
import type { AppFacts, HeaderEntry, OidcEntry, Step } from '../types.ts'
import { headerSheet, oidcSheet, type Sheet } from './sheet.ts'

/** The two ways in which an app learns who is there. */
export type Way = 'openid' | 'headers'

const DOMAIN = 'example.com'
const PORTAL = `https://auth.${DOMAIN}`

/** Where an app is not found under its own name at port 443. */
const ADDRESSES: Readonly<Record<string, string>> = {
  proxmox: `https://pve.${DOMAIN}:8006`,
  'proxmox-backup': `https://pbs.${DOMAIN}:8007`,
  cloudflare: 'https://example-team.cloudflareaccess.com',
  custom: `https://app.${DOMAIN}`,
}

const placed = (kind: string): Omit<AppFacts, 'settings'> => ({
  name: kind === 'custom' ? 'app' : kind,
  url: ADDRESSES[kind] ?? `https://${kind}.${DOMAIN}`,
  portal: PORTAL,
  domain: DOMAIN,
  groups: [],
})

/** What makes Gatehouse know the app: the one step that a configured app has behind it. */
const writeIt = (list: 'apps' | 'oidc_apps', name: string, keys: readonly string[]): Step => ({
  title: 'Write it into gatehouse.yml',
  text: `\`${name}\` is a name of your choice. Then \`gatehouse apply\` makes the gate know it, and \`gatehouse apps show ${name}\` prints this sheet with your own values.`,
  file: {
    path: 'gatehouse.yml',
    language: 'yaml',
    content: [`${list}:`, `  ${name}:`, ...keys.map(key => `    ${key}`), ''].join('\n'),
  },
})

const before = (step: Step, sheet: Sheet): Sheet => ({ ...sheet, steps: [step, ...sheet.steps] })

function oidcExample({ kind, settings }: OidcEntry): Sheet {
  const needed = Object.entries(settings).flatMap(([name, { default: value, optional, example }]) =>
    value !== undefined || optional || example === undefined ? [] : [[name, example] as const],
  )
  const facts = { ...placed(kind), settings: settingsOf(kind, Object.fromEntries(needed)) }
  const overrides = kind === 'custom' ? { redirect_uris: [`${facts.url}/oauth2/callback`] } : {}
  const choices = { client_id: facts.name, policy: 'one_factor', consent: 'implicit', overrides } as const
  const keys = [
    `kind: ${kind}`,
    `url: ${facts.url}`,
    ...(needed.length === 0
      ? []
      : ['settings:', ...needed.map(([name, value]) => `  ${name}: ${JSON.stringify(value)}`)]),
    ...(kind === 'custom' ? [`client: { redirect_uris: [${facts.url}/oauth2/callback] }`] : []),
  ]
  const sheet = oidcSheet({ kind, facts, client: clientOf(kind, facts, choices), example: true })
  return before(writeIt('oidc_apps', facts.name, keys), sheet)
}

function headerExample({ kind, identity_headers, port = 8080 }: HeaderEntry): Sheet {
  const upstream = `http://127.0.0.1:${port}`
  const facts = { ...placed(kind), settings: {}, upstream, identity_headers, policy: 'one_factor' } as const
  const keys = [`kind: ${kind}`, `upstream: ${upstream}`]
  return before(writeIt('apps', facts.name, keys), headerSheet({ kind, facts, example: true }))
}

/** The ways that a kind is known by, the better one first. */
export const waysOf = (kind: string): readonly Way[] => [
  ...(oidcEntry(kind) === undefined ? [] : (['openid'] as const)),
  ...(headerSheetEntry(kind) === undefined ? [] : (['headers'] as const)),
]

/** The sheet of a kind with example values; undefined where it is not known in that way. */
export function exampleSheet(kind: string, way: Way): Sheet | undefined {
  const oidc = way === 'openid' ? oidcEntry(kind) : undefined
  if (oidc !== undefined) return oidcExample(oidc)
  const header = way === 'headers' ? headerSheetEntry(kind) : undefined
  return header === undefined ? undefined : headerExample(header)
}

/** One line of the list of all that is known. */
export interface Known {
  readonly kind: string
  readonly title: string
  readonly way: Way
  readonly checked: string
  readonly on: string
}

/** Everything in the catalogue, by title, the OpenID Connect way before the other. */
export function known(): Known[] {
  const line =
    (way: Way) =>
    ({ kind, title, checked: { version, on } }: OidcEntry | HeaderEntry): Known => ({
      kind,
      title,
      way,
      checked: version,
      on,
    })
  const all = [...OIDC_ENTRIES.map(line('openid')), ...HEADER_SHEETS.map(line('headers'))]
  const last = ({ kind }: Known): number => (kind === 'custom' ? 1 : 0)
  return all.sort(
    (one, other) =>
      last(one) - last(other) ||
      one.title.localeCompare(other.title, 'en') ||
      (one.way === other.way ? 0 : one.way === 'openid' ? -1 : 1),
  )
}
