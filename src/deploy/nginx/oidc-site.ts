/** The sites of apps that sign their visitors in themselves, where NGINX stands in front of them. */
import type { Config } from '../../config/model.ts'
import type { OidcApp } from '../../config/model-oidc.ts'
import { HouseError } from '../house.ts'
import type { House } from '../types.ts'
import { needsOf } from './needs.ts'
import { portalPort } from './portal-site.ts'
import { hideStrict, site, siteName } from './server.ts'
import { snippet } from './snippets.ts'
import { wayTo } from './upstream.ts'
import { block } from './word.ts'

/** An app with the path of its address, empty at the root. */
interface Placed {
  readonly app: OidcApp
  readonly path: string
}

export interface OidcSite {
  readonly name: string
  readonly host: string
  readonly port: number
  readonly apps: readonly Placed[]
}

/**
 * The apps by host and port: several may share one, each below a path of its own.
 * @throws HouseError where two would have the same address, or one stands on a host of the gateway's
 */
export function oidcSites(config: Config): OidcSite[] {
  const sites = new Map<string, OidcSite & { apps: Placed[] }>()
  const guarded = new Map(
    config.apps.flatMap(({ name, hosts }) =>
      hosts.map(host => [`${host}:${config.public_port}`, `apps.${name}`]),
    ),
  )
  guarded.set(`${config.session.portal_host}:${portalPort(config)}`, 'the portal')
  for (const app of config.oidc_apps) {
    if (app.upstream === undefined) continue
    const at = `${app.host}:${app.port}`
    const other = guarded.get(at)
    if (other !== undefined)
      throw new HouseError(
        `oidc_apps.${app.name} has the address of ${other}: what NGINX let pass there would pass the gateway by.`,
        'a host of its own',
      )
    const path = new URL(app.facts.url).pathname.replace(/\/$/, '')
    const there = sites.get(at)
    const twin = there?.apps.find(each => each.path === path)
    if (twin !== undefined)
      throw new HouseError(
        `oidc_apps.${app.name} and ${twin.app.name} have the same address: ${app.facts.url}.`,
        'an address of its own',
      )
    if (there === undefined)
      sites.set(at, { name: app.name, host: app.host, port: app.port, apps: [{ app, path }] })
    else there.apps.push({ app, path })
  }
  return [...sites.values()]
}

/** The file of such a site. @throws HouseError as wayTo does */
export function oidcSite(house: House, { name, host, port, apps }: OidcSite): string[] {
  const { config } = house
  const ways: string[] = []
  const locations = apps.flatMap(({ app, path }) => {
    const { upstream, upstream_tls: tls } = app
    if (upstream === undefined) return []
    const way = wayTo(config, {
      name: `gatehouse_app_${app.name}`,
      where: `oidc_apps.${app.name}`,
      upstream,
      tls,
    })
    ways.push(...way.upstream)
    const lines = [snippet(house, 'app.conf'), ...way.pass, ...hideStrict(config)]
    return path === ''
      ? block('location /', lines)
      : [...block(`location = ${path}`, lines), ...block(`location ^~ ${path}/`, lines)]
  })
  const root = apps.some(({ path }) => path === '') ? [] : block('location /', ['return 404;'])
  const needs = [...new Set(apps.map(({ app }) => needsOf(app).join('\n')))].filter(Boolean)
  const largest = config.deploy.nginx.max_upload
  const facts = { port, hosts: [host], name: siteName(name), largest }
  return [...ways, '', ...site(house, facts, [...needs, ...locations, ...root])]
}
