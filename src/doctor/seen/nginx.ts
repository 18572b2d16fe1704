/** NGINX as it would run now, and which of its places belong to whom. */
import type { Config, UpstreamAddress } from '../../config/model.ts'
import { readDump } from '../nginx/dump.ts'
import { type Location, locations, meansHost, targetOf } from '../nginx/locations.ts'
import { failed } from '../outside.ts'
import type { Premises } from '../types.ts'

export interface Nginx {
  readonly locations: readonly Location[]
}

/** Why NGINX cannot be looked at. */
export interface NoNginx {
  readonly absent: string
}

/** Debian keeps it where the PATH of a user does not look. */
const PLACES = ['nginx', '/usr/sbin/nginx', '/usr/local/sbin/nginx']

export const noNginx = (nginx: Nginx | NoNginx): nginx is NoNginx => 'absent' in nginx

/** What `nginx -T` says. */
export function nginxOf(premises: Premises): Promise<Nginx | NoNginx> {
  return premises.once('nginx -T', async () => {
    for (const place of PLACES) {
      const ran = await premises.outside.run(place, ['-T', '-q'])
      if (failed(ran) && ran.code === 'ENOENT') continue
      if (failed(ran)) return { absent: `"nginx -T" cannot be run: ${ran.failed}.` }
      if (ran.code !== 0) {
        const [said = 'it says nothing'] = ran.stderr
          .split('\n')
          .filter(line => /\[(emerg|alert|crit)\]/.test(line))
        return {
          absent: `"nginx -T" fails${/denied/.test(said) ? ' (run this as root)' : ''}: ${said.trim()}`,
        }
      }
      return { locations: locations(readDump(ran.stdout)) }
    }
    return { absent: 'There is no NGINX on this machine.' }
  })
}

/** An upstream's address as locations spell it. */
export function upstreamTarget({ kind, origin, socket }: UpstreamAddress): string {
  if (kind === 'unix') return `unix:${socket ?? ''}`
  const { hostname, port, protocol } = new URL(origin)
  return targetOf(hostname, Number(port || (protocol === 'https:' ? 443 : 80)))
}

/** Where one of the gateway's doors listens, as locations spell it. */
export function doorTargets({ listen }: Config, door: 'proxy' | 'forward_auth'): readonly string[] {
  return listen
    .filter(listener => listener.door === door)
    .map(({ address, unix }) =>
      unix === undefined ? targetOf(address?.host ?? '', address?.port ?? 0) : `unix:${unix}`,
    )
}

const meets = (location: Location, targets: readonly string[]): boolean =>
  location.targets.some(target => targets.includes(target))

export interface Way {
  readonly location: Location
  /** To the gateway's proxy door, to an app with a question before it, or to something of its own (portal, OpenID Connect app). */
  readonly to: 'door' | 'app' | 'own'
  /** The host that it serves, of those of the house. */
  readonly host: string
}

/** The places that serve a host of the house to browsers. */
export function waysOf(nginx: Nginx, config: Config, hosts: readonly string[]): readonly Way[] {
  const door = doorTargets(config, 'proxy')
  const questions = doorTargets(config, 'forward_auth')
  const apps = config.apps.map(({ upstream }) => upstreamTarget(upstream))
  return hosts.flatMap(host =>
    nginx.locations
      .filter(one => meansHost(one.names, host) && !one.internal && !meets(one, questions))
      .map(location => ({
        host,
        location,
        to: meets(location, door) ? 'door' : meets(location, apps) ? 'app' : 'own',
      })),
  )
}

/** `/etc/nginx/sites/cams.conf:12`. */
export const placeOf = ({ file, line }: Location): string => `${file}:${line}`
