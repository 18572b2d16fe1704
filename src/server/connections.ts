/** The connections of a server, for its end: node tells neither of upgraded ones nor of both protocols in one. */
import type { Socket } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { isSecure, type WebServer } from './web-server.ts'

export interface Connections {
  /** Every TCP or unix connection. */
  readonly open: ReadonlySet<Socket>
  /** Those over which no request has come yet, which node does not count as idle; HTTP/2 ends its own. */
  readonly silent: ReadonlySet<Socket>
}

export function trackConnections(server: WebServer): Connections {
  const open = new Set<Socket>()
  const silent = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    open.add(socket)
    socket.once('close', () => open.delete(socket))
  })
  server.on(isSecure(server) ? 'secureConnection' : 'connection', (socket: Socket | TLSSocket) => {
    if ('alpnProtocol' in socket && socket.alpnProtocol === 'h2') return
    silent.add(socket)
    socket.once('close', () => silent.delete(socket))
  })
  const speaks = (req: { readonly socket: Socket }) => silent.delete(req.socket)
  for (const event of ['request', 'checkContinue', 'checkExpectation', 'upgrade']) server.on(event, speaks)
  return { open, silent }
}
