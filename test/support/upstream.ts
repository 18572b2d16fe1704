/** An app that keeps what it receives, byte for byte as far as Node tells. */

import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { WebSocketServer } from 'ws'

export interface Recorded {
  readonly method: string
  readonly target: string
  /** As received: name, value, name, value. */
  readonly rawHeaders: readonly string[]
  readonly body: string
}

export interface RecordingUpstream {
  readonly port: number
  readonly origin: string
  readonly server: Server
  /** Everything received so far, upgrades too. */
  readonly seen: Recorded[]
  /** Forgets what was received. */
  clear(): void
  /** The values of a header of the last request, any case. */
  last(name: string): string[]
  close(): Promise<void>
}

interface Teardown {
  teardown(fn: () => unknown): void
}

/** The values of a header in a flat list, in any case. */
export function valuesOf(rawHeaders: readonly string[], name: string): string[] {
  return rawHeaders.flatMap((key, at) =>
    at % 2 === 0 && key.toLowerCase() === name.toLowerCase() ? [rawHeaders[at + 1] ?? ''] : [],
  )
}

/** Header names as a CGI or WSGI server would merge them: `Remote_User`, `remote.user` and `Remote-User` are one. */
export function cgiValues(rawHeaders: readonly string[], name: string): string[] {
  const plain = (text: string): string => text.toUpperCase().replace(/[^A-Z0-9]/g, '_')
  return rawHeaders.flatMap((key, at) =>
    at % 2 === 0 && plain(key) === plain(name) ? [rawHeaders[at + 1] ?? ''] : [],
  )
}

/**
 * Starts one on a free port of 127.0.0.1. It answers with JSON of the request, or as `answer` says, and
 * sends each WebSocket message back with the headers of the upgrade.
 */
export async function recordingUpstream(
  t: Teardown,
  answer?: (request: IncomingMessage, response: ServerResponse, body: string) => void,
): Promise<RecordingUpstream> {
  const seen: Recorded[] = []
  const keep = (request: IncomingMessage, body: string): Recorded => {
    const one = {
      method: request.method ?? '',
      target: request.url ?? '',
      rawHeaders: request.rawHeaders,
      body,
    }
    seen.push(one)
    return one
  }
  // 16 KB of cookies must arrive, whatever node's own limit is.
  const server = createServer({ maxHeaderSize: 65_536 }, async (request, response) => {
    const chunks: Buffer[] = []
    try {
      for await (const chunk of request) chunks.push(chunk as Buffer)
    } catch {
      return // the client went away in the middle of its body
    }
    const body = Buffer.concat(chunks).toString('utf8')
    const one = keep(request, body)
    if (answer !== undefined) return answer(request, response, body)
    const text = JSON.stringify(one)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': Buffer.byteLength(text) })
    response.end(text)
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (request, socket, head) => {
    const one = keep(request, '')
    sockets.handleUpgrade(request, socket, head, ws => {
      ws.on('error', () => ws.terminate())
      ws.on('message', (data, binary) =>
        ws.send(binary ? data : JSON.stringify({ said: String(data), ...one })),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  const close = async (): Promise<void> => {
    for (const ws of sockets.clients) ws.terminate()
    if (!server.listening) return
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  }
  t.teardown(close)
  return {
    port,
    origin: `http://127.0.0.1:${port}`,
    server,
    seen,
    clear: () => void seen.splice(0),
    last: name => valuesOf(seen.at(-1)?.rawHeaders ?? [], name),
    close,
  }
}
