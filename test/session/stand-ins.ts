/** What the tests of the session room share: questions, a quiet log, and servers that stand in for Authelia. */
import { readFileSync } from 'node:fs'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { type AddressInfo, createServer as createTcp, type Socket } from 'node:net'
import type { Answer } from '../../src/session/exchange.ts'
import { openSessions, type Question, type SessionsOptions } from '../../src/session/sessions.ts'
import type { Log } from '../../src/types.ts'

export interface Recorded {
  readonly name: string
  readonly request: { method: string; path: string; headers: [string, string][]; body: string | null }
  readonly response: { status: number; headers: [string, string][]; body: string }
}

/** Exchanges of Authelia 4.39.20, as they were recorded. */
export const recorded: readonly Recorded[] = readFileSync(new URL('recorded.jsonl', import.meta.url), 'utf8')
  .trim()
  .split('\n')
  .map(line => JSON.parse(line))

/** A recorded request's header; names in lower case. */
export function sent(exchange: Recorded, name: string): string | undefined {
  return exchange.request.headers.find(([n]) => n.toLowerCase() === name)?.[1]
}

/** A recorded answer as the client would have received it. */
export function answerOf(exchange: Recorded): Answer {
  const { status, headers, body } = exchange.response
  return { status, headers: headers.flat().map(part => Buffer.from(part)), body: Buffer.from(body) }
}

export function question(over: Partial<Question> = {}): Question {
  return {
    method: 'GET',
    scheme: 'https',
    host: 'one.example.test:9443',
    target: '/',
    client: '192.0.2.7',
    session: '{alice:1fa}',
    authorization: undefined,
    ...over,
  }
}

export interface Line {
  readonly level: string
  readonly message: string
  readonly fields: object
}

/** A log that remembers. */
export function quiet(): Log & { readonly lines: Line[] } {
  const lines: Line[] = []
  const at = (level: string) => (fields: object, message: string) =>
    void lines.push({ level, message, fields })
  return { lines, debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

export const OPTIONS = {
  cookie: 'authelia_session',
  portal: 'https://auth.example.test:9443',
  timeout: 2000,
  verdict_ttl: 2000,
  grace: 0,
}

/** A clock that stands still until it is moved. */
export function handClock(): { (): number; now: number } {
  const clock = () => clock.now
  clock.now = 1_000_000
  return clock
}

/** Sessions against a server of this test. */
export function sessionsAt(origin: string, over: Partial<SessionsOptions> = {}, clock = Date.now) {
  return openSessions({ ...OPTIONS, origin, ...over }, { clock, log: quiet() })
}

/** Unicode as node writes header bytes. */
export const wire = (text: string) => Buffer.from(text, 'utf8').toString('latin1')

export interface StandIn {
  readonly origin: string
  /** Every request that came, in order. */
  readonly requests: IncomingMessage[]
  readonly server: Server
  close(): Promise<void>
}

/** An HTTP server on a free port of loopback. */
export async function serve(
  handler: (req: IncomingMessage, res: ServerResponse) => void,
  listen: number | string = 0,
): Promise<StandIn> {
  const requests: IncomingMessage[] = []
  const server = createServer((req, res) => {
    requests.push(req)
    handler(req, res)
  })
  await new Promise<void>(resolve => {
    if (typeof listen === 'string') server.listen(listen, resolve)
    else server.listen(listen, '127.0.0.1', resolve)
  })
  const address = server.address()
  const origin =
    typeof address === 'string' || address === null ? 'http://localhost' : `http://127.0.0.1:${address.port}`
  return {
    origin,
    requests,
    server,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

/** Answers as recorded: the exchange with the same path, cookie, Authorization, host, address and method. */
export function answerAsRecorded(req: IncomingMessage, res: ServerResponse): void {
  const names = ['cookie', 'authorization', 'x-forwarded-host', 'x-forwarded-uri', 'x-forwarded-method']
  const authz = req.url?.startsWith('/api/authz') ?? false
  const compared = authz ? names : ['cookie']
  const found = recorded.find(
    exchange =>
      exchange.request.path === req.url &&
      exchange.request.method === req.method &&
      compared.every(name => (sent(exchange, name) ?? '') === (req.headers[name] ?? '')),
  )
  if (found === undefined) {
    res.writeHead(500).end('not recorded')
    return
  }
  const headers = found.response.headers.filter(([name]) => name !== 'Content-Length')
  res.writeHead(found.response.status, headers.flat().map(wire)).end(found.response.body)
}

/** A TCP server that says whatever it likes to each connection that has sent a request's head. */
export async function serveRaw(
  speak: (socket: Socket) => void,
): Promise<{ origin: string; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const server = createTcp(socket => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket)).on('error', () => {})
    let head = ''
    socket.on('data', chunk => {
      head += chunk.toString('latin1')
      if (!head.includes('\r\n\r\n')) return
      head = ''
      speak(socket)
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    origin: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise(resolve => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}
