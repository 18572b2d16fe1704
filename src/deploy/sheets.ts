/** The setup sheets of the apps of a configuration, and their place in the rendered tree. */
import { markdownSheet } from '../catalog/sheet/markdown.ts'
import { headerSheet, oidcSheet, type Sheet } from '../catalog/sheet/sheet.ts'
import type { HeaderFacts } from '../catalog/types.ts'
import type { App, Config } from '../config/model.ts'
import { AUTHORITY } from '../config/resolve-oidc.ts'
import type { House, PlannedFile } from './types.ts'

/** What an app below `apps` tells its entry. */
export function headerFacts(app: App, config: Config): HeaderFacts {
  const { domain, public_port, session, deploy } = config
  const port = public_port === 443 ? '' : `:${public_port}`
  const { kind, socket, origin } = app.upstream
  return {
    name: app.name,
    url: `https://${app.hosts[0] ?? `${app.name}.${domain}`}${port}`,
    portal: session.portal,
    domain,
    settings: {},
    groups: [],
    ...(deploy.certificates.from === 'own' ? { authority: AUTHORITY } : {}),
    upstream: kind === 'unix' ? `unix:${socket ?? ''}` : origin,
    identity_headers: app.identity_headers,
    policy: app.policy,
    ruled: app.rules.length > 0,
    basic: app.basic,
  }
}

/** The sheet of an app below `apps`. */
export const sheetOfApp = (app: App, config: Config): Sheet =>
  headerSheet({ ...(app.kind === undefined ? {} : { kind: app.kind }), facts: headerFacts(app, config) })

/**
 * The sheet of an app by its name in gatehouse.yml; undefined where no app has that name.
 * @param secret the client secret in the clear, where the sheet shall show it
 */
export function sheetOf(config: Config, name: string, secret?: string): Sheet | undefined {
  const app = config.apps.find(one => one.name === name)
  if (app !== undefined) return sheetOfApp(app, config)
  const found = config.oidc_apps.find(one => one.name === name)
  if (found === undefined) return undefined
  const { kind, facts, client } = found
  return oidcSheet({ kind, facts, client, ...(secret === undefined ? {} : { secret }) })
}

/**
 * A sheet for each app that has something to set: those of `oidc_apps`, and those of `apps` with a kind. No
 * secret stands in them.
 */
export function sheetFiles({ config }: House): readonly PlannedFile[] {
  const names = [
    ...config.oidc_apps.map(({ name }) => name),
    ...config.apps.filter(({ kind }) => kind !== undefined).map(({ name }) => name),
  ]
  return names.flatMap(name => {
    const sheet = sheetOf(config, name)
    if (sheet === undefined) return []
    const about = `what to set in ${sheet.title} (${name})`
    return [{ path: `sheets/${name}.md`, content: markdownSheet(sheet), mode: 0o644, about }]
  })
}
