import type { z } from 'zod'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

/** A service of another program: `smtp://mail.example.com:25`. */
export interface Service {
  readonly scheme: string
  /** Lower case; an IPv6 address without brackets. */
  readonly host: string
  readonly port: number
  /** As Authelia's configuration writes it: `submission://mail.example.com:587`. */
  readonly address: string
}

/**
 * Reads `scheme://host[:port]`; a user or password in it is refused, and never shown.
 * @param ports the schemes that are possible, each with its usual port
 */
export function service(
  ports: Readonly<Record<string, number>>,
  example: string,
): z.ZodType<Service, unknown> {
  const schemes = Object.keys(ports)
  return scalar(
    input => {
      const written = asText(input, example)
      const match = /^([a-z]+):\/\/([^/?#]*)(.*)$/i.exec(written)
      if (match === null)
        throw new Refusal(
          `${quote(written)} has no scheme: ${schemes.map(each => `${each}://`).join(', ')}.`,
          example,
        )
      const [, scheme = '', authority = '', rest = ''] = match
      const usual = ports[scheme.toLowerCase()]
      if (usual === undefined)
        throw new Refusal(
          `"${scheme}://" is not possible here: ${schemes.map(each => `${each}://`).join(', ')}.`,
          example,
        )
      if (authority.includes('@'))
        throw new Refusal('A user name or password in an address ends up in logs.', example)
      if (rest !== '' && rest !== '/') throw new Refusal('A path is not possible here.', example)
      const place = /^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(?::(\d{1,5}))?$/i.exec(authority)
      const port = Number(place?.[2] ?? usual)
      if (place === null || port < 1 || port > 65535)
        throw new Refusal(`${quote(authority)} is not a host with an optional port.`, example)
      const host = (place[1] ?? '').toLowerCase()
      return {
        scheme: scheme.toLowerCase(),
        host: host.replace(/^\[|\]$/g, ''),
        port,
        address: `${scheme.toLowerCase()}://${host}:${port}`,
      }
    },
    {
      type: 'string',
      'x-type': `address (${schemes.map(each => `${each}://`).join(', ')})`,
      'x-example': example,
    },
  )
}
