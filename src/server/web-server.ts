/** Node's servers as this gateway wants them: HTTP/1.1 alone, or TLS with HTTP/2 beside it. */

import { createSecureServer, type Http2SecureServer, type ServerHttp2Session } from 'node:http2'
import { createServer, type IncomingMessage, type Server } from '../lib/http.ts'
import type { Certificates } from './certificates.ts'
import { LeanMessage } from './lean.ts'
import { HTTP1, HTTP2, IDLE_SESSION, SESSION_WINDOW } from './limits.ts'

/** The HTTP/1 side, which an Http2SecureServer with `allowHTTP1` has too, though its types do not say so. */
interface Http1Side {
  maxHeadersCount: number | null
  shouldUpgradeCallback: (req: IncomingMessage) => boolean
  closeIdleConnections(): void
}

export type PlainServer = Server & Http1Side
export type SecureServer = Http2SecureServer & Http1Side
export type WebServer = PlainServer | SecureServer

export function isSecure(server: WebServer): server is SecureServer {
  return 'setSecureContext' in server
}

export function plainServer(): PlainServer {
  return unlimited(createServer({ ...HTTP1, IncomingMessage: LeanMessage }) as PlainServer)
}

/** `current` is asked at every handshake, so that renewed certificates need no new server. */
export function secureServer(current: () => Certificates): SecureServer {
  const server = createSecureServer({
    ...HTTP1,
    ...HTTP2,
    Http1IncomingMessage: LeanMessage,
    ...current().fallback,
    SNICallback: (name, done) => done(null, current().contextFor(name)),
  })
  server.on('session', watchSession)
  return unlimited(server as SecureServer)
}

/**
 * Counts no headers beside the head's size: past a count node drops headers from `headers` but not
 * from `rawHeaders`, and two readings of one head are how a header is forged.
 */
function unlimited<S extends Http1Side>(server: S): S {
  server.maxHeadersCount = 0
  return server
}

function watchSession(session: ServerHttp2Session): void {
  session.setLocalWindowSize(SESSION_WINDOW)
  let streams = 0
  session.on('stream', stream => {
    streams++
    stream.once('close', () => {
      streams--
    })
  })
  session.setTimeout(IDLE_SESSION, () => {
    if (streams === 0) session.close()
  })
}
