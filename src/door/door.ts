/** What a way in is to the servers that stand before it. */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Duplex } from 'node:stream'

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** What a door needs to know of the listener that a request came in by. */
export interface Peer {
  /** Whether it is a unix socket, whose peers are trusted always. */
  readonly unix: boolean
  /** Whether an address is a trusted proxy. */
  readonly trusted: (address: string) => boolean
  /** Whether the connection itself is TLS. */
  readonly secure: boolean
}

/** A way in. Its functions never throw and answer every request, in their own time. */
export interface Door {
  request(req: Request, res: Response, peer: Peer): void
  /** The client waits for `100 Continue` before it sends the body. */
  expect(req: Request, res: Response, peer: Peer): void
  /** A WebSocket, nothing else; over HTTP/1.1. A door without it takes an upgrade for a plain request. */
  upgrade?(req: IncomingMessage, socket: Duplex, head: Buffer, peer: Peer): void
}
