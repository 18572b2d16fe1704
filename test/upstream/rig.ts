/** A front with the transport behind it, an upstream behind that, and clients of both HTTP versions. */
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import http from 'node:http'
import http2 from 'node:http2'
import https from 'node:https'
import net, { type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Duplex } from 'node:stream'
import tls from 'node:tls'
import t from 'tap'
import { openUpstream } from '../../src/upstream/open.ts'
import type { Edit, Head, Outcome, Request, Response, Target, Upstream } from '../../src/upstream/types.ts'
import { type Certificate, selfSigned } from './certificates.ts'

export type FrontKind = 'h1' | 'h2'
export type BackKind = Target['upstream']['kind']

const HOP = new Set(['connection', 'keep-alive', 'transfer-encoding', 'upgrade', 'te', 'http2-settings'])

export interface Options {
  readonly front?: FrontKind
  readonly back?: BackKind
  /** An app, or what becomes of each raw connection. */
  readonly app?: http.RequestListener
  readonly raw?: (socket: Socket) => void
  readonly upgrade?: (req: http.IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly timeouts?: Partial<Target['timeouts']>
  readonly edit?: Edit
  readonly trailer?: Head['trailer']
  readonly tls?: Target['upstream_tls']
  readonly certificate?: Certificate
  /** Instead of the app's own. */
  readonly origin?: string
}

export interface Rig {
  readonly front: FrontKind
  readonly port: number
  readonly upstream: Upstream
  readonly outcomes: Outcome[]
  /** Resolves with the next outcome. */
  outcome(): Promise<Outcome>
  /** Connections that the upstream has taken. */
  readonly connections: Socket[]
  close(): Promise<void>
}

/** A test that fails does not come to close its own: it would leave a folder, and a process that does not end. */
const open = new Set<() => Promise<void>>()
t.teardown(() => Promise.all([...open].map(close => close())))

let known: Promise<Certificate> | undefined

export function localhost(): Promise<Certificate> {
  known ??= selfSigned([
    { type: 'dns', value: 'localhost' },
    { type: 'ip', value: '127.0.0.1' },
  ])
  return known
}

function headOf(req: Request, trailer: Head['trailer']): Head {
  const headers: string[] = []
  for (let i = 0; i + 1 < req.rawHeaders.length; i += 2) {
    const name = req.rawHeaders[i] ?? ''
    const value = req.rawHeaders[i + 1] ?? ''
    if (name === ':authority') headers.push('Host', value)
    else if (!name.startsWith(':') && !HOP.has(name.toLowerCase())) headers.push(name, value)
  }
  const head = { method: req.method ?? '', target: req.url ?? '', headers }
  return trailer ? { ...head, trailer } : head
}

export async function rig(options: Options = {}): Promise<Rig> {
  const { front = 'h1', back = 'http', edit = (_status, headers) => headers } = options
  const certificate = options.certificate ?? (await localhost())
  const dir = back === 'http' ? '' : mkdtempSync(join(tmpdir(), 'gatehouse-'))
  const path = join(dir, 'app.sock')
  const ca = join(dir, 'ca.pem')
  if (back === 'https') writeFileSync(ca, certificate.cert)

  const app = serverOf(options, back, certificate)
  const connections: Socket[] = []
  app.on(back === 'https' ? 'secureConnection' : 'connection', (socket: Socket) => {
    socket.on('error', () => {})
    connections.push(socket)
  })
  app.listen(back === 'unix' ? { path } : { port: 0, host: '127.0.0.1' })
  await once(app, 'listening')
  const scheme = back === 'https' ? 'https' : 'http'
  const own = back === 'unix' ? 'http://localhost' : `${scheme}://127.0.0.1:${portOf(app)}`
  const upstream = openUpstream({
    upstream: { kind: back, origin: options.origin ?? own, ...(back === 'unix' ? { socket: path } : {}) },
    ...(back === 'https' ? { upstream_tls: options.tls ?? { ca } } : {}),
    timeouts: { connect: 5_000, first_byte: 5_000, idle: 0, ...options.timeouts },
  })
  // The authority has been read, once for all; a unix socket's folder stays to the end.
  if (back === 'https') rmSync(dir, { recursive: true })

  const outcomes: Outcome[] = []
  const waiting: ((outcome: Outcome) => void)[] = []
  const note = (outcome: Outcome) => {
    outcomes.push(outcome)
    waiting.shift()?.(outcome)
    return outcome
  }
  const answer = (req: Request, res: Response) => {
    upstream.pass(req, res, headOf(req, options.trailer), edit).then(outcome => {
      if (note(outcome).kind === 'failed' && !res.headersSent) {
        res.statusCode = 502
        if (outcome.kind === 'failed') res.setHeader('x-why', outcome.why)
        res.end()
      }
    })
  }
  const door = front === 'h2' ? http2.createServer() : http.createServer()
  const held = new Set<Socket>()
  door.on('connection', (socket: Socket) => {
    held.add(socket.on('close', () => held.delete(socket)))
  })
  door.on('request', answer)
  door.on('checkContinue', (req: Request, res: Response) => {
    res.writeContinue()
    answer(req, res)
  })
  door.on('upgrade', (req: http.IncomingMessage, socket: Duplex, first: Buffer) => {
    upstream.splice(req, socket, first, headOf(req, undefined), edit).then(outcome => {
      if (note(outcome).kind === 'failed' && !socket.destroyed) socket.end('HTTP/1.1 502 Bad Gateway\r\n\r\n')
    })
  })
  door.listen(0, '127.0.0.1')
  await once(door, 'listening')

  open.add(close)
  return {
    front,
    port: portOf(door),
    upstream,
    outcomes,
    connections,
    outcome: () => new Promise(resolve => waiting.push(resolve)),
    close,
  }

  async function close(): Promise<void> {
    if (!open.delete(close)) return
    await upstream.destroy()
    for (const socket of [...held, ...connections]) socket.destroy()
    door.close()
    app.close()
    if (back === 'unix') rmSync(dir, { recursive: true })
  }
}

function serverOf(options: Options, back: BackKind, { key, cert }: Certificate): net.Server {
  if (options.raw) {
    return back === 'https' ? tls.createServer({ key, cert }, options.raw) : net.createServer(options.raw)
  }
  const listener = options.app ?? ((_req, res) => res.end())
  const server = back === 'https' ? https.createServer({ key, cert }, listener) : http.createServer(listener)
  server.keepAliveTimeout = 60_000
  if (options.upgrade) server.on('upgrade', options.upgrade)
  return server
}

export function portOf(server: net.Server | http2.Http2Server): number {
  return (server.address() as AddressInfo).port
}
