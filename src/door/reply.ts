/** An answer of our own: small, whole, never kept by a cache. */

import type { Duplex } from 'node:stream'
import { ServerResponse, STATUS_CODES } from '../lib/http.ts'
import type { Response } from './door.ts'

export interface Reply {
  readonly status: number
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | readonly string[]>>
  readonly body: string
}

/** A redirect that no cache keeps. */
export function redirectReply(to: { readonly location: string; readonly cookies: readonly string[] }): Reply {
  const headers = { location: to.location, 'cache-control': 'no-store' }
  return {
    status: 302,
    headers: to.cookies.length === 0 ? headers : { ...headers, 'set-cookie': to.cookies },
    body: '',
  }
}

/**
 * Sends an answer whose head, Content-Length too, is written already: names and values in turn.
 * @param body ASCII
 */
export function sendFlat(res: Response, status: number, flat: string[], body: string): void {
  if (res.destroyed || res.headersSent) return
  // Whoever reads this is a program that looks at nothing but ours.
  res.sendDate = false
  if (res instanceof ServerResponse) res.writeHead(status, flat)
  else res.writeHead(status, flat)
  // Node joins a head and a string before it encodes them: as UTF-8, a name's bytes would be encoded twice.
  res.end(body, 'latin1')
}

/** Sends a reply, unless the client has left. */
export function send(res: Response, reply: Reply): void {
  if (res.destroyed || res.headersSent) return
  res.statusCode = reply.status
  for (const name in reply.headers) {
    const value = reply.headers[name]
    if (value !== undefined) res.setHeader(name, value as string | string[])
  }
  res.setHeader('content-length', Buffer.byteLength(reply.body))
  res.end(reply.body)
}

/**
 * Sends a reply in place of an upgrade and ends the connection: what follows on it was meant for a
 * WebSocket and must never be read as a request (oauth2-proxy#1347).
 */
export function sendRaw(socket: Duplex, reply: Reply): void {
  if (socket.destroyed) return
  const lines = [`HTTP/1.1 ${reply.status} ${STATUS_CODES[reply.status] ?? ''}`]
  for (const name in reply.headers) {
    const value = reply.headers[name]
    for (const each of Array.isArray(value) ? value : [value]) lines.push(`${name}: ${each}`)
  }
  lines.push(`content-length: ${Buffer.byteLength(reply.body)}`, 'connection: close', '', '')
  socket.end(Buffer.concat([Buffer.from(lines.join('\r\n'), 'latin1'), Buffer.from(reply.body, 'utf8')]))
}
