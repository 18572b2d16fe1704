import { isIP, isIPv4, isIPv6 } from 'node:net'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

export interface Address {
  readonly host: string
  readonly port: number
}

/** Reads `127.0.0.1:9080` or `[::1]:9080`. Names are refused: they may mean several addresses. */
export function readAddress(input: unknown): Address {
  if (typeof input === 'number') {
    throw new Refusal('An address is wanted before the port.', `127.0.0.1:${input}`)
  }
  const written = asText(input, '127.0.0.1:9080')
  const match = /^(.*):(\d+)$/.exec(written)
  const host = match?.[1] ?? ''
  const port = Number(match?.[2])
  if (match === null || (isIPv6(written) && !host.startsWith('['))) {
    if (isIPv6(written)) {
      const meant = isIPv6(host) ? `'[${host}]:${port}'` : `'[${written}]:9080'`
      throw new Refusal('An IPv6 address needs brackets and a port.', meant)
    }
    const named = isIPv4(written) || written === 'localhost'
    throw new Refusal(
      `${quote(written)} is not an address with a port.`,
      `${named && written !== 'localhost' ? written : '127.0.0.1'}:9080`,
    )
  }
  if (port > 65535) throw new Refusal(`There is no port ${port}: they end at 65535.`, `${host}:9080`)
  if (host === '' || host === '*') {
    throw new Refusal(
      'The address before the port is missing; every address of this machine is 0.0.0.0.',
      `0.0.0.0:${port}`,
    )
  }
  if (host === 'localhost')
    throw new Refusal('localhost may be two addresses, so it is ambiguous here.', `127.0.0.1:${port}`)
  const bare = host.startsWith('[') && host.endsWith(']') ? host.slice(1, -1) : host
  if (isIP(bare) === 0 || (isIPv6(bare) && bare === host) || (isIPv4(bare) && bare !== host)) {
    throw new Refusal(
      `${quote(host)} is not an address of this machine: write its number.`,
      `127.0.0.1:${port}`,
    )
  }
  return { host: bare, port }
}

export const address = scalar(readAddress, {
  type: 'string',
  pattern: '^(\\[[0-9A-Fa-f:.]+\\]|[0-9.]+):[0-9]{1,5}$',
  'x-type': 'address:port',
  'x-example': '127.0.0.1:9080',
})
