import { Refusal } from '../fault.ts'
import { quote } from '../redact.ts'

/** RFC 9110, section 5.6.2. */
const token = /^[!#$%&'*+\-.^_`|~0-9A-Za-z]+$/

/** Headers that a proxy ends at each hop (RFC 9110, section 7.6.1): ours would be removed again. */
const hopByHop =
  'connection keep-alive proxy-connection proxy-authenticate proxy-authorization te trailer transfer-encoding upgrade http2-settings'
const meaningful =
  'host cookie set-cookie authorization content-length content-type content-encoding expect forwarded via origin referer range date x-real-ip'
const taken = new Map([
  ...hopByHop
    .split(' ')
    .map(name => [name, 'belongs to one connection, so that it never reaches the app'] as const),
  ...meaningful.split(' ').map(name => [name, 'has a meaning of its own in HTTP'] as const),
])

/** One name for all spellings that a CGI-style app cannot tell apart: `Remote-User` and `remote_user`. */
export function sameHeader(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '-')
}

/** @throws Refusal where a name cannot carry an identity. */
export function checkHeaderName(name: string): void {
  if (!token.test(name)) {
    const tidy = name.trim().replaceAll(/[^!#$%&'*+\-.^_`|~0-9A-Za-z]+/g, '-')
    throw new Refusal(
      `${quote(name)} is not the name of a header (RFC 9110: letters, digits and hyphens).`,
      token.test(tidy) ? tidy : 'Remote-User',
    )
  }
  const same = sameHeader(name)
  const why =
    taken.get(same) ??
    (/^(x-forwarded-|sec-|proxy-|accept|if-)/.test(same)
      ? 'is one that the gateway or HTTP itself sets'
      : undefined)
  if (why !== undefined)
    throw new Refusal(`The header ${name} ${why}; an identity cannot go there.`, 'Remote-User')
}
