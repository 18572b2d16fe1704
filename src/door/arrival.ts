/** A request of node's, HTTP/1.1 or HTTP/2, as the way of a request takes it. */
import { randomBytes } from 'node:crypto'
import type { Arrival } from '../authz/exchange.ts'
import type { Peer, Request } from './door.ts'

const run = randomBytes(4).toString('hex')
let count = 0

/** An id that a person can read out: one part for this start of the gateway, one that counts. */
export function requestId(): string {
  count = (count + 1) % Number.MAX_SAFE_INTEGER
  return `${run}-${count.toString(36)}`
}

/**
 * HTTP/2's pseudo-headers are not headers; its `:authority` is the Host (RFC 9113 section 8.3.1). A Host
 * that says otherwise stands beside it, so that the two are seen and refused.
 */
function plainHeaders(req: Request): readonly string[] {
  if (req.httpVersionMajor < 2) return req.rawHeaders
  const headers: string[] = []
  let authority: string | undefined
  let host: string | undefined
  for (let i = 0; i < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i] ?? ''
    const value = req.rawHeaders[i + 1] ?? ''
    if (name === ':authority') authority = value
    else if (name === 'host') host ??= value
    else if (!name.startsWith(':')) headers.push(name, value)
  }
  if (authority !== undefined) headers.push('Host', authority)
  if (host !== undefined && host.toLowerCase() !== authority?.toLowerCase()) headers.push('Host', host)
  return headers
}

/** Reads off the connection what no header can say. */
export function arrivalOf(req: Request, peer: Peer, upgrade: boolean): Arrival {
  const address = req.socket.remoteAddress ?? ''
  return {
    id: requestId(),
    method: req.method ?? '',
    target: req.url ?? '',
    headers: plainHeaders(req),
    peer: address,
    trusted: peer.unix || peer.trusted(address),
    trusts: peer.trusted,
    secure: peer.secure,
    upgrade,
  }
}
