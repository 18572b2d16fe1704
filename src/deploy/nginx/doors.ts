/** Which listeners of the gateway NGINX talks to. */
import { isIPv6 } from 'node:net'
import type { Config, Listener } from '../../config/model.ts'
import { networks } from '../../lib/address.ts'
import { HouseError } from '../house.ts'
import { word } from './word.ts'

/** Each as `server` of an `upstream {}` has it: `127.0.0.1:9080`, `unix:/run/gatehouse/gate.sock`. */
export interface Doors {
  readonly proxy?: string
  readonly forwardAuth?: string
}

const isPlain = ({ unix, tls, address }: Listener): boolean =>
  unix !== undefined || (tls === undefined && address !== undefined && address.port !== 0)

/** Where a program on the same machine finds a listener, which is also where it comes from. */
function own(host: string): string {
  if (host === '0.0.0.0') return '127.0.0.1'
  return host === '::' ? '::1' : host
}

/** Whether what NGINX says of its visitors counts there. */
function believes({ unix, address, trusted_proxies }: Listener): boolean {
  if (unix !== undefined || address === undefined) return true
  const host = own(address.host)
  return networks(trusted_proxies).has(host.startsWith('127.') ? '127.0.0.1' : host)
}

function serverOf({ unix, address }: Listener): string {
  if (unix !== undefined) return word(`unix:${unix}`, 'the path of a socket')
  const host = own(address?.host ?? '127.0.0.1')
  return `${isIPv6(host) ? `[${host}]` : host}:${address?.port}`
}

/**
 * Whether the gateway itself is what browsers reach, with its own TLS: then no NGINX stands before it.
 */
export function facesBrowsers(config: Config): boolean {
  const proxy = config.listen.filter(({ door }) => door === 'proxy')
  const open = proxy.filter(({ tls }) => tls !== undefined)
  return (
    open.some(({ address }) => address?.port === config.public_port) ||
    (open.length > 0 && open.length === proxy.length)
  )
}

/**
 * The first listener of each door that NGINX can use.
 * @throws HouseError where there is none, or none that believes NGINX
 */
export function doorsOf(config: Config): Doors {
  const plain = config.listen.filter(isPlain)
  const [proxy] = plain.filter(each => each.door === 'proxy' && believes(each))
  const [ask] = plain.filter(each => each.door === 'forward_auth' && believes(each))
  if (proxy === undefined && ask === undefined) {
    if (plain.length > 0)
      throw new HouseError(
        'The gateway would not believe what NGINX says of its visitors: no listener trusts the address that NGINX comes from.',
        'trusted_proxies: [127.0.0.1/32], or without that key',
      )
    throw new HouseError(
      '"listen" has no plain listener and no unix socket, so NGINX has no way to the gateway.',
      'listen: [{ address: 127.0.0.1:9080 }]',
    )
  }
  return {
    ...(proxy === undefined ? {} : { proxy: serverOf(proxy) }),
    ...(ask === undefined ? {} : { forwardAuth: serverOf(ask) }),
  }
}
