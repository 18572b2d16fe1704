/** The list of `gatehouse apps`: what is configured, and what the catalogue knows. */
import { headerEntry, oidcEntry } from '../catalog/catalog.ts'
import { type Known, known, type Way } from '../catalog/sheet/example.ts'
import type { Config } from '../config/model.ts'
import { headerFacts } from '../deploy/sheets.ts'
import { table } from './table.ts'

/** An app of gatehouse.yml. */
export interface Configured {
  readonly name: string
  /** Absent: one that the catalogue does not know. */
  readonly kind?: string
  readonly title: string
  readonly way: Way
  readonly url: string
}

/** The apps of a configuration, in the order of the file. */
export function configured(config: Config): Configured[] {
  const told = config.apps.map(app => ({
    name: app.name,
    ...(app.kind === undefined ? {} : { kind: app.kind }),
    title: (app.kind === undefined ? undefined : headerEntry(app.kind)?.title) ?? 'Another app',
    way: 'headers' as const,
    url: headerFacts(app, config).url,
  }))
  const own = config.oidc_apps.map(({ name, kind, facts }) => ({
    name,
    kind,
    title: oidcEntry(kind)?.title ?? kind,
    way: 'openid' as const,
    url: facts.url,
  }))
  return [...told, ...own]
}

const WORDS: Readonly<Record<Way, string>> = { openid: 'OpenID Connect', headers: 'headers' }

/**
 * @param apps those of gatehouse.yml; absent: there is none that can be read
 * @param width columns of the terminal, to which the last column is cut; absent: whole
 */
export function listText(apps: readonly Configured[] | undefined, width?: number): string {
  const mine =
    apps === undefined || apps.length === 0
      ? ''
      : `In your gatehouse.yml:\n\n${table(apps.map(({ name, title, way, url }) => [`  ${name}`, title, WORDS[way], url]))}\n`
  const rows = known().map(({ kind, title, way, checked }: Known) => [
    `  ${kind}`,
    title,
    WORDS[way],
    checked,
  ])
  const head = ['  KIND', 'APP', 'SIGNS IN BY', 'CHECKED AGAINST']
  return `${mine}Known apps:\n\n${cut(table([head, ...rows]), width)}
gatehouse apps show ${apps?.[0]?.name ?? 'nextcloud'}
    prints what to set in it
`
}

const cut = (text: string, width = Number.POSITIVE_INFINITY): string =>
  text
    .split('\n')
    .map(line => (line.length > width ? `${line.slice(0, width - 1)}…` : line))
    .join('\n')

/** The same for a script. */
export const listJson = (apps: readonly Configured[] | undefined): string =>
  `${JSON.stringify({ configured: apps ?? null, known: known() }, null, 2)}\n`
