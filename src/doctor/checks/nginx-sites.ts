/** What the sites of NGINX do to requests on the way: sizes, WebSockets, and what they say of the visitor. */
import type { Config } from '../../config/model.ts'
import type { Location } from '../nginx/locations.ts'
import { type Nginx, type NoNginx, nginxOf, noNginx, placeOf, type Way, waysOf } from '../seen/nginx.ts'
import { sites } from '../seen/sites.ts'
import { type Check, check, type Finding, fault, ok, skipped, warning } from '../types.ts'

/** Judges every way through NGINX to a host of the house. */
type Judge = (ways: readonly Way[], config: Config) => readonly Finding[]

function siteCheck(id: string, title: string, judge: Judge): Check {
  return check<Nginx | NoNginx>({
    id,
    title,
    probe: nginxOf,
    judge: (nginx, config) => {
      if (noNginx(nginx)) return [skipped(nginx.absent)]
      const hosts = [...new Set(sites(config).map(({ host }) => host))]
      const ways = waysOf(nginx, config, hosts)
      return ways.length === 0
        ? [skipped('NGINX has no site for any host of the house.')]
        : judge(ways, config)
    },
  })
}

/** One finding for each host: its first bad location. */
function firstOfEach(
  ways: readonly Way[],
  look: (way: Way) => Finding | undefined,
  fine: string,
): readonly Finding[] {
  const found = new Map<string, Finding>()
  for (const way of ways) {
    const bad = found.has(way.host) ? undefined : look(way)
    if (bad !== undefined) found.set(way.host, bad)
  }
  const rest = new Set(ways.map(({ host }) => host)).size - found.size
  return [...found.values(), ...(rest > 0 && found.size === 0 ? [ok('', fine)] : [])]
}

/** Those that lead to an app: neither to the login page nor to the gateway's own pages. */
function toApps(ways: readonly Way[], { session }: Config): readonly Way[] {
  return ways.filter(
    ({ host, location }) => host !== session.portal_host && !location.path.includes('/.gatehouse/'),
  )
}

const UNITS: Readonly<Record<string, number>> = { '': 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 }

/** Bytes of a size as NGINX writes it. */
function bytes(size: string): number {
  const [, number = '', unit = ''] = /^(\d+)([kmg]?)$/i.exec(size) ?? []
  return Number(number) * (UNITS[unit.toLowerCase()] ?? 1)
}

function uploadOf({ host, location }: Way, wanted: string): Finding | undefined {
  const written = location.directive('client_max_body_size')?.[0]
  const size = bytes(written ?? '1m')
  if (size === 0 || (wanted !== '0' && size >= bytes(wanted))) return undefined
  const words = {
    saw: `NGINX takes uploads to ${host} up to ${written ?? '1m (its default)'} only (${placeOf(location)}); gatehouse.yml says ${wanted === '0' ? 'no limit' : wanted}.`,
    why: 'Anything larger ends with "413 Request Entity Too Large".',
    do: `Write "client_max_body_size ${wanted};" into that server, or the limit that you want as "deploy.nginx.max_upload" into gatehouse.yml.`,
  }
  // A default is nobody's wish; a number that somebody wrote may be.
  return written === undefined || size <= bytes('1m') ? fault(host, words) : warning(host, words)
}

export const uploads = siteCheck('uploads', 'NGINX takes uploads as large as they shall be', (ways, config) =>
  firstOfEach(
    toApps(ways, config),
    way => uploadOf(way, config.deploy.nginx.max_upload),
    config.deploy.nginx.max_upload === '0' ? 'of any size' : `up to ${config.deploy.nginx.max_upload}`,
  ),
)

function upgradeOf({ host, location, to }: Way): Finding | undefined {
  if (to === 'own') return undefined
  const version = location.directive('proxy_http_version')?.[0]
  const missing = [
    ...(version === '1.0' || version === undefined ? ['proxy_http_version 1.1'] : []),
    ...(location.sets('Upgrade').filter(Boolean).length === 0 ? ['proxy_set_header Upgrade'] : []),
    ...(location.sets('Connection').filter(Boolean).length === 0 ? ['proxy_set_header Connection'] : []),
  ]
  if (missing.length === 0) return undefined
  return fault(host, {
    saw: `NGINX passes no WebSocket to ${host}: ${missing.join(', ')} ${missing.length > 1 ? 'are' : 'is'} missing (${placeOf(location)}).`,
    why: 'Pages that are alive by a WebSocket (cameras, consoles, chats, Node-RED, Home Assistant) stay still or say "disconnected".',
    do: 'Write "proxy_http_version 1.1; proxy_set_header Upgrade $gatehouse_upgrade; proxy_set_header Connection $gatehouse_connection;" into that location (nginx/gatehouse.conf has both maps), or include gatehouse/protect.conf.',
  })
}

export const websocket = siteCheck('websocket', 'NGINX passes WebSockets on', (ways, config) =>
  firstOfEach(toApps(ways, config), upgradeOf, 'passed on at every site of an app'),
)

/** 16 KB of other apps' cookies in one line must get in. */
const LINE = 16 * 1024

function buffersOf({ host, location, to }: Way): Finding | undefined {
  const [, line = '8k'] = location.directive('large_client_header_buffers') ?? []
  if (bytes(line) <= LINE / 2)
    return warning(host, {
      saw: `NGINX takes header lines to ${host} up to ${line} only (large_client_header_buffers, ${placeOf(location)}).`,
      why: 'Browsers with many cookies get "400 Request Header Or Cookie Too Large", some day and not on yours.',
      do: 'Write "large_client_header_buffers 8 32k;" into http {} of NGINX: gatehouse.conf has it.',
    })
  const [size] = location.directive('proxy_buffer_size') ?? []
  if (to === 'own' || (size !== undefined && bytes(size) > 8 * 1024)) return undefined
  return warning(host, {
    saw: `NGINX takes heads of answers from ${host} up to ${size ?? '4k (its default)'} only (proxy_buffer_size, ${placeOf(location)}).`,
    why: 'An app that sets many cookies at once ends with "502 Bad Gateway: upstream sent too big header".',
    do: 'Write "proxy_buffer_size 16k; proxy_buffers 8 16k; proxy_busy_buffers_size 32k;" into that server.',
  })
}

export const headerBuffers = siteCheck('header-buffers', 'NGINX has room for large cookies', (ways, config) =>
  firstOfEach(toApps(ways, config), buffersOf, 'lines of 16 KB and more get through'),
)

function absent(location: Location, names: readonly string[]): readonly string[] {
  return names.filter(name => location.sets(name).filter(Boolean).length === 0)
}

function forwardedOf({ host, location, to }: Way, config: Config): Finding | undefined {
  if (to === 'app') return undefined
  const rewritten = location.directive('proxy_cookie_domain')
  if (rewritten !== undefined && rewritten[0] !== 'off' && to === 'door') return undefined // what that does to the login, the walk of "login" shows
  const isPortal = host === config.session.portal_host
  if (to === 'own' && !isPortal) return undefined
  const missing = absent(location, ['X-Forwarded-Proto', 'X-Forwarded-For', 'Host'])
  if (missing.length > 0)
    return fault(host, {
      saw: `The site of NGINX for ${host} does not pass on ${missing.join(', ')} (${placeOf(location)}).`,
      why: missing.includes('X-Forwarded-Proto')
        ? 'The other side takes the visit for plain http: the login loops, or is refused with 400.'
        : missing.includes('Host')
          ? 'The other side sees the name of the upstream instead of the host: 404, or another app.'
          : 'Every visitor has the address of NGINX: one ban for all, and rules with networks open to all.',
      do: 'Write "proxy_set_header Host $http_host; proxy_set_header X-Forwarded-Proto $scheme; proxy_set_header X-Forwarded-For $remote_addr;" into that location. One of its own there makes all those of the server void.',
    })
  const chain = location
    .sets('X-Forwarded-For')
    .some(value => /\$(proxy_add_x_forwarded_for|http_x_forwarded_for)/.test(value))
  if (!chain || to === 'door' || config.authelia === undefined) return undefined
  return warning(host, {
    saw: `The site of NGINX for ${host} passes on what the visitor says of their own address ($proxy_add_x_forwarded_for, ${placeOf(location)}).`,
    why: 'Authelia believes the leftmost address: a visitor can come from any, for rules with networks and to dodge a ban.',
    do: 'Write "proxy_set_header X-Forwarded-For $remote_addr;".',
  })
}

export const forwarded = siteCheck(
  'forwarded',
  'NGINX says truly where a visitor comes from',
  (ways, config) =>
    firstOfEach(
      ways.filter(({ location }) => !location.path.includes('/.gatehouse/')),
      way => forwardedOf(way, config),
      'scheme, host and address are passed on',
    ),
)

/** Kinds whose pages stay open for hours. */
const STREAMING =
  /^(shinobi|octoprint|zoneminder|frigate|motion|motioneye|guacamole|node-red|home-assistant)$/

export const streams = siteCheck('streams', 'streams that outlive their session are cut', (ways, config) => {
  const behind = config.apps.filter(
    ({ hosts, kind = '', streams: { recheck, counts_as_activity } }) =>
      (STREAMING.test(kind) || recheck !== 5000 || !counts_as_activity) &&
      ways.some(({ host, to }) => to === 'app' && hosts.includes(host)),
  )
  if (behind.length === 0) return [ok('', 'no app with streams stands behind forward auth')]
  return behind.map(({ name, hosts }) =>
    warning(`apps.${name}`, {
      saw: `${name} has pictures or WebSockets that stay open, and NGINX asks about them once, when they open (forward auth, ${hosts[0] ?? ''}).`,
      why: 'Who signs out or loses their rights goes on watching until they close the page.',
      do: 'Send that site to the proxy door, which cuts them: proxy_pass to it as for the portal (nginx/README.md); gatehouse render writes it so.',
    }),
  )
})
