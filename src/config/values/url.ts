import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

export interface Origin {
  readonly scheme: 'http' | 'https'
  /** Lower case, with brackets for IPv6, without port. */
  readonly host: string
  /** The port, the scheme's own where none is written. */
  readonly port: number
  /** `https://auth.example.com:8443`: without a default port and without a slash at the end. */
  readonly origin: string
}

/**
 * Reads `http[s]://host[:port]`. Userinfo, path and query are refused, and never shown: they are where
 * people keep the passwords of their cameras. `wanted` is the scheme of the hints.
 */
export function readOrigin(input: unknown, example: string, wanted?: 'https'): Origin {
  const written = asText(input, example)
  const match = /^([a-z][a-z0-9+.-]*):\/\/([^/?#]*)(.*)$/i.exec(written)
  if (match === null) {
    const bare = /^[\w.-]+(:\d+)?$/.test(written)
    throw new Refusal(
      `${quote(written)} is not a URL: it has no http:// or https:// in front.`,
      bare ? `${wanted ?? 'http'}://${written}` : example,
    )
  }
  const scheme = (match[1] ?? '').toLowerCase()
  const authority = match[2] ?? ''
  const rest = match[3] ?? ''
  const place = authority.slice(authority.lastIndexOf('@') + 1)
  if (scheme !== 'http' && scheme !== 'https') {
    const web = scheme === 'wss' ? 'https' : 'http'
    throw new Refusal(
      `"${scheme}://" is not possible here: http or https (WebSockets included).`,
      `${web}://${place}`,
    )
  }
  if (authority.includes('@'))
    throw new Refusal('A user name or password in a URL ends up in logs.', `${wanted ?? scheme}://${place}`)
  if (rest !== '' && rest !== '/') {
    throw new Refusal(
      'A path or query is not possible here: only scheme, host and port.',
      `${wanted ?? scheme}://${place}`,
    )
  }
  const url = URL.canParse(written) ? new URL(written) : undefined
  const named = place.replace(/:\d*$/, '').toLowerCase()
  if (url === undefined || !/^(\[[0-9a-f:.]+\]|[a-z0-9._-]+)(:\d+)?$/i.test(place)) {
    throw new Refusal(`${quote(place)} is not a host with an optional port.`, example)
  }
  // The URL standard reads 0177.1 as 127.0.0.1, and a person reads something else.
  if (url.hostname !== named && !named.startsWith('[')) {
    throw new Refusal(`"${named}" would be read as ${url.hostname}.`, `${wanted ?? scheme}://${url.host}`)
  }
  const port = Number(url.port || (scheme === 'https' ? 443 : 80))
  return { scheme, host: url.hostname, port, origin: url.origin }
}

/** `http[s]://host[:port]`. */
export const origin = scalar(input => readOrigin(input, 'http://127.0.0.1:9091'), {
  type: 'string',
  'x-type': 'URL without path',
  'x-example': 'http://127.0.0.1:9091',
})

/** `https://host[:port]`, as browsers see it. */
export const secureOrigin = scalar(
  input => {
    const read = readOrigin(input, 'https://auth.example.com', 'https')
    if (read.scheme !== 'https') {
      throw new Refusal(
        'The session cookie travels over https only.',
        read.origin.replace('http://', 'https://'),
      )
    }
    return read
  },
  { type: 'string', 'x-type': 'https URL without path', 'x-example': 'https://auth.example.com' },
)
