import { Refusal } from '../fault.ts'
import { asText, scalar } from './scalar.ts'
import { readOrigin } from './url.ts'

/** The address of an app as browsers see it. */
export interface AppUrl {
  /** Origin and path, without a slash at the end. */
  readonly url: string
  readonly host: string
  readonly port: number
}

/** Reads `https://host[:port][/path]`; http is refused, since tokens would travel in the clear. */
export function readAppUrl(input: unknown): AppUrl {
  const written = asText(input, 'https://cloud.example.com')
  const [, start = '', path = ''] = /^([a-z]+:\/\/[^/?#]*)([^?#]*)/i.exec(written) ?? []
  const { origin, scheme, host, port } = readOrigin(
    start === '' ? written : start,
    'https://cloud.example.com',
    'https',
  )
  const tidy = path.replace(/\/+$/, '')
  if (scheme !== 'https') {
    throw new Refusal(
      'OpenID Connect is for https alone: over http anyone on the way could take the login.',
      `${origin.replace('http://', 'https://')}${tidy}`,
    )
  }
  if (/[?#]/.test(written)) throw new Refusal('A query is not possible here.', `${origin}${tidy}`)
  if (!/^(\/[\w.~-]+)*$/.test(tidy))
    throw new Refusal('A path here is plain: letters, digits, "-", "_", ".".', origin)
  return { url: `${origin}${tidy}`, host, port }
}

export const appUrl = scalar(readAppUrl, {
  type: 'string',
  'x-type': 'https URL',
  'x-example': 'https://cloud.example.com',
})
