/** A request as the portal looks at it: raw, so that what decides is what came over the wire. */
import type { IncomingMessage } from 'node:http'
import { canonicalAddress } from '../lib/address.ts'

export interface Incoming {
  readonly method: string
  /** The request-target as it came. */
  readonly target: string
  /** Its part before the `?`. */
  readonly path: string
  readonly query: string
  /** The first header of that name (lower case), which is the one that counts; latin1. */
  first(name: string): string | undefined
  /** All headers of that name, in order. */
  all(name: string): readonly string[]
  /** Bytes of the request line and the headers. */
  readonly size: number
  /** The client's address, canonical. */
  readonly client: string
}

/** Nobody's address: what stands for the peer of a unix socket that names no client. */
const NOWHERE = '0.0.0.0'

/**
 * @param trustForwardedFor the peer is the gateway, which writes X-Forwarded-For itself: its leftmost
 *   address is the client, as Authelia has it; junk counts as absent
 */
export function readIncoming(req: IncomingMessage, trustForwardedFor: boolean): Incoming {
  const { method = '', url: target = '', rawHeaders } = req
  const mark = target.indexOf('?')
  const all = (name: string) => {
    const values: string[] = []
    for (let i = 0; i < rawHeaders.length; i += 2) {
      if (rawHeaders[i]?.toLowerCase() === name) values.push(rawHeaders[i + 1] ?? '')
    }
    return values
  }
  const forwarded = trustForwardedFor ? all('x-forwarded-for')[0]?.split(',', 1)[0]?.trim() : undefined
  const client =
    canonicalAddress(forwarded ?? '') ?? canonicalAddress(req.socket.remoteAddress ?? '') ?? NOWHERE
  // GET /path HTTP/1.1, each `name: value` and the empty line, with their line ends.
  let size = method.length + target.length + 14
  for (const text of rawHeaders) size += text.length + 2
  return {
    method,
    target,
    path: mark < 0 ? target : target.slice(0, mark),
    query: mark < 0 ? '' : target.slice(mark + 1),
    first: name => all(name)[0],
    all,
    size,
    client,
  }
}
