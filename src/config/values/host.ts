import { isIP } from 'node:net'
import { domainToASCII } from 'node:url'
import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'
import { asText, scalar } from './scalar.ts'

const label = '[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?'
const name = new RegExp(`^${label}(?:\\.${label})*$`)

/** Reads a host name and gives it in lower case, without a trailing dot. */
export function readHost(input: unknown): string {
  const written = asText(input, 'cams.example.com')
  const url = /^[a-z]+:\/\/([^/:?#@]+)(?:[:/?#].*)?$/i.exec(written)
  if (url !== null)
    throw new Refusal(
      'Only the name of the host is wanted, without https:// and path.',
      url[1]?.toLowerCase(),
    )
  const port = /^([^:]+):\d+$/.exec(written)
  if (port !== null)
    throw new Refusal('The port does not belong here: see public_port.', port[1]?.toLowerCase())
  if (written.includes('*')) {
    throw new Refusal(
      'A wildcard is not possible here: an app has one host or a list of hosts.',
      'hosts: [one.example.com, two.example.com]',
    )
  }
  if (isIP(written) !== 0)
    throw new Refusal('An address cannot carry the session cookie: a name is needed.', 'cams.example.com')
  const lower = written.toLowerCase().replace(/\.$/, '')
  if (/[^\u0000-\u007f]/.test(lower)) {
    throw new Refusal(
      `${quote(written)} has letters that a host carries in another form (RFC 5891).`,
      domainToASCII(lower) || undefined,
    )
  }
  if (!name.test(lower) || lower.length > 253) {
    throw new Refusal(
      `${quote(written)} is not the name of a host: letters, digits, hyphens and dots.`,
      fixed(lower),
    )
  }
  return lower
}

function fixed(lower: string): string {
  const tidy = lower
    .replaceAll(/[_\s]+/g, '-')
    .replaceAll(/\.{2,}/g, '.')
    .replaceAll(/^[.\-/]+|[.\-/]+$/g, '')
  return name.test(tidy) ? tidy : 'cams.example.com'
}

export const host = scalar(readHost, {
  type: 'string',
  'x-type': 'host name',
  'x-example': 'cams.example.com',
})
