/** The site of the portal: Authelia's pages, or those of the built-in one. */
import type { Config } from '../../config/model.ts'
import { HouseError } from '../house.ts'
import type { House } from '../types.ts'
import type { Doors } from './doors.ts'
import { hideStrict, site } from './server.ts'
import { snippet } from './snippets.ts'
import { wayTo } from './upstream.ts'
import { block } from './word.ts'

/** Large enough for anything that Authelia or the portal is sent. */
const LARGEST = '1m'

export const portalPort = ({ session }: Config): number => Number(new URL(session.portal).port || 443)

/** Whether Authelia is somewhere else, behind a server of its own that has the portal's very address. */
export const isElsewhere = ({ authelia, session }: Config): boolean =>
  authelia !== undefined && new URL(authelia.url).hostname === session.portal_host

const direct = (house: House, pass: readonly string[]): string[] => [
  snippet(house, 'authelia.conf'),
  ...pass,
  ...hideStrict(house.config),
]

/** Authelia's site. The gateway's door comes first, so that a sign-out there ends open streams at once. */
function autheliaLines(house: House, doors: Doors, pass: readonly string[]): string[] {
  const { config } = house
  const nobody = ['return 404;']
  const lines = [
    "# Who may do what is the gateway's to ask, not a browser's.",
    ...block('location ^~ /api/authz/', nobody),
    ...block('location ^~ /api/verify', nobody),
  ]
  if (doors.proxy === undefined) return [...lines, '', ...block('location /', direct(house, pass))]
  const provider = config.oidc_apps.length === 0 ? [] : ['/api/oidc/', '/.well-known/', '/jwks.json']
  return [
    ...lines,
    '',
    "# The login page, through the gateway's proxy door: a sign-out there ends the streams of the session at",
    '# once, and a second factor keeps them (docs/streams.md).',
    ...block('location /', [snippet(house, 'proxy-door.conf'), ...hideStrict(config)]),
    '# The gateway does not answer: Authelia does without it.',
    ...block('location @gatehouse_down', direct(house, pass)),
    ...(provider.length === 0
      ? []
      : ['', '# OpenID Connect is between the apps and Authelia; the gateway has no part in it.']),
    ...provider.flatMap(path => block(`location ^~ ${path}`, direct(house, pass))),
  ]
}

/** The portal's file, or undefined where Authelia is elsewhere. @throws HouseError where NGINX has no way to it */
export function portalSite(house: House, doors: Doors): string[] | undefined {
  const { config } = house
  if (isElsewhere(config)) return undefined
  const facts = {
    port: portalPort(config),
    hosts: [config.session.portal_host],
    name: 'portal',
    largest: LARGEST,
  }
  if (config.authelia === undefined) {
    if (doors.proxy === undefined)
      throw new HouseError(
        'The built-in portal is served through the proxy door, and "listen" has none that NGINX can use.',
        'listen: [{ address: 127.0.0.1:9080 }]',
      )
    const lines = [...block('location /', [snippet(house, 'proxy-door.conf'), ...hideStrict(config)])]
    return site(house, facts, [...lines, snippet(house, 'parts/down.conf')])
  }
  const { url } = config.authelia
  const kind = url.startsWith('https:') ? 'https' : 'http'
  const upstream = { kind, origin: url, host: new URL(url).host } as const
  const way = wayTo(config, { name: 'gatehouse_authelia', where: 'authelia', upstream })
  return [...way.upstream, '', ...site(house, facts, autheliaLines(house, doors, way.pass))]
}
