/** NGINX's part of the rendered tree. */
import { HouseError } from '../house.ts'
import type { House, PlannedFile, PlannedLink } from '../types.ts'
import { doorsOf, facesBrowsers } from './doors.ts'
import { headerSite } from './header-site.ts'
import { oidcSite, oidcSites } from './oidc-site.ts'
import { isElsewhere, portalPort, portalSite } from './portal-site.ts'
import { siteName } from './server.ts'
import { snippetFiles } from './snippets.ts'
import { type Place, strangers } from './strangers.ts'
import { includeWord } from './word.ts'

const HEAD = [
  '# Rendered from gatehouse.yml. `gatehouse apply` replaces this file: change gatehouse.yml instead, or write',
  '# your own lines into the files that the sites include at their end.',
  '',
]

/** Names up to here fit into NGINX's own hash buckets of 64 bytes. */
const SHORT_NAME = 40
/** So many names fit into a hash of its own size. */
const FEW_NAMES = 100

/** The size of NGINX's hash of names: said only where its own is too small, since it may be said once alone. */
function hash(places: readonly Place[]): string[] {
  const longest = Math.max(0, ...places.map(({ host }) => host.length))
  const bucket = longest <= 100 ? 128 : 512
  const most = 2 ** Math.ceil(Math.log2(places.length * 8))
  return [
    ...(longest <= SHORT_NAME
      ? []
      : [`server_names_hash_bucket_size ${bucket};  # a name has ${longest} letters`]),
    ...(places.length <= FEW_NAMES
      ? []
      : [`server_names_hash_max_size ${most};  # there are ${places.length} names`]),
  ]
}

const file = (name: string, about: string, lines: readonly string[]): PlannedFile => ({
  path: `nginx/${name}`,
  content: `${[...HEAD, ...lines].join('\n').trimEnd()}\n`,
  mode: 0o644,
  about,
})

/** Whether there is an NGINX in this house. @throws HouseError where one is wanted and could not be */
export function hasNginx({ config }: House): boolean {
  if (!facesBrowsers(config)) return true
  const wanting = config.oidc_apps.find(({ upstream }) => upstream !== undefined)
  if (wanting === undefined) return false
  throw new HouseError(
    `The gateway speaks TLS with the browsers itself, so no NGINX stands in front of oidc_apps.${wanting.name}, which has an "upstream".`,
    'listen: [{ address: 127.0.0.1:9080 }], or that app without its upstream',
  )
}

/** Every host of the house with its port. */
function placesOf({ config }: House): Place[] {
  return [
    ...(isElsewhere(config) ? [] : [{ host: config.session.portal_host, port: portalPort(config) }]),
    ...config.apps.flatMap(({ hosts }) => hosts.map(host => ({ host, port: config.public_port }))),
    ...oidcSites(config),
  ]
}

/** The ports on which NGINX listens. */
export function nginxPorts(house: House): readonly number[] {
  const { redirect_port } = house.config.deploy.nginx
  const plain = redirect_port === 0 ? [] : [redirect_port]
  return [...new Set([...plain, ...placesOf(house).map(({ port }) => port)])].sort(
    (one, other) => one - other,
  )
}

/**
 * gatehouse.conf, the sites and the snippets that they include.
 * @throws HouseError where a thing that gatehouse.yml says cannot be told to NGINX
 */
export function nginxFiles(house: House): readonly PlannedFile[] {
  if (!hasNginx(house)) return []
  const { config, current } = house
  const doors = doorsOf(config)
  const oidc = oidcSites(config)
  const portal = portalSite(house, doors)
  const places = placesOf(house)
  const here = (path: string): string => `include ${includeWord(`${current}/nginx/${path}`)};`
  const fileOf = (name: string): string => `sites/${siteName(name)}.conf`
  return [
    file('gatehouse.conf', 'what NGINX includes', [
      ...hash(places),
      here('snippets/gatehouse.conf'),
      here('strangers.conf'),
      `include ${includeWord(`${current}/nginx/sites/`, '*.conf')};`,
    ]),
    file('strangers.conf', 'unknown names, and plain http', strangers(house, places)),
    ...(portal === undefined ? [] : [file('sites/portal.conf', 'the login page', portal)]),
    ...config.apps.map(app => file(fileOf(app.name), `the app ${app.name}`, headerSite(house, doors, app))),
    ...oidc.map(site =>
      file(
        fileOf(site.name),
        site.apps.map(({ app }) => `the app ${app.name}`).join(', '),
        oidcSite(house, site),
      ),
    ),
    ...snippetFiles(house, doors),
  ]
}

/** Where NGINX looks for it. */
export function nginxLinks(house: House): readonly PlannedLink[] {
  return hasNginx(house)
    ? [{ path: '/etc/nginx/sites-enabled/gatehouse.conf', to: 'nginx/gatehouse.conf' }]
    : []
}
