/** Real streams, as an app makes them and a browser watches them: webcam, events and WebSocket. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { connect } from 'node:http2'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { type Browser, here } from '../../src/demo/browser.ts'
import { openPorch } from '../../src/demo/porch.ts'
import type { House } from './house.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface LiveApp {
  readonly origin: string
  /** Streams that it has open: clients that it would go on sending to. */
  open(): number
  /** Resolves when so many are open. */
  until(count: number): Promise<void>
}

const EVERY = 50

/** An app with the demo's camera at `/stream`, events at `/events` and a WebSocket that ticks. */
export async function liveApp(t: Teardown): Promise<LiveApp> {
  const porch = openPorch(Date.now)
  const open = new Set<object>()
  const waiting = new Set<() => void>()
  const count = (one: object, closing: { once(event: 'close', fn: () => void): unknown }) => {
    open.add(one)
    closing.once('close', () => {
      open.delete(one)
      for (const look of waiting) look()
    })
    for (const look of waiting) look()
  }
  const ticks = new Set<NodeJS.Timeout>()
  const tick = (send: () => void) => {
    const timer = setInterval(send, EVERY)
    ticks.add(timer)
    return () => clearInterval(timer)
  }
  const server = createServer((req: IncomingMessage, res: ServerResponse) => {
    if (req.url === '/stream') {
      count(res, res)
      porch.listener(req, res)
    } else if (req.url === '/events') {
      count(res, res)
      res.writeHead(200, { 'content-type': 'text/event-stream' })
      res.once(
        'close',
        tick(() => void res.write('data: tick\n\n')),
      )
    } else if (req.url === '/flood') {
      count(res, res)
      const flood = () => {
        while (!res.destroyed && res.write(Buffer.alloc(65_536)));
      }
      res.writeHead(200, { 'content-type': 'application/octet-stream' }).on('drain', flood)
      flood()
    } else res.end('hello')
  })
  const sockets = new WebSocketServer({ noServer: true })
  server.on('upgrade', (req, socket, head) =>
    sockets.handleUpgrade(req, socket, head, ws => {
      count(ws, ws)
      ws.on('error', () => {})
      ws.once(
        'close',
        tick(() => ws.send('tick')),
      )
    }),
  )
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    for (const timer of ticks) clearInterval(timer)
    porch.close()
    server.close()
    server.closeAllConnections()
    for (const ws of sockets.clients) ws.terminate()
  })
  return {
    origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    open: () => open.size,
    until: wanted =>
      new Promise(resolve => {
        const look = () => {
          if (open.size !== wanted) return
          waiting.delete(look)
          resolve()
        }
        waiting.add(look)
        look()
      }),
  }
}

/** One stream, as its client sees it. */
export interface Live {
  readonly kind: Kind
  /** Resolves with the time (performance.now) at which it ended, whoever ended it. */
  readonly ended: Promise<number>
  over(): boolean
  /** Resolves when more of it has come, or it is over. */
  more(): Promise<void>
}

export const KINDS = ['camera', 'camera over HTTP/2', 'events', 'events over HTTP/2', 'WebSocket'] as const
export type Kind = (typeof KINDS)[number]

interface Source {
  once(event: 'close', fn: () => void): unknown
  on(event: 'error', fn: () => void): unknown
}

function live(kind: Kind, source: Source, data: (came: () => void) => void): Live {
  const waiting = new Set<() => void>()
  let over = false
  const wake = () => {
    for (const one of waiting) one()
    waiting.clear()
  }
  const ended = new Promise<number>(resolve =>
    source.once('close', () => {
      over = true
      resolve(performance.now())
      wake()
    }),
  )
  source.on('error', () => {})
  data(wake)
  return {
    kind,
    ended,
    over: () => over,
    more: () => (over ? Promise.resolve() : new Promise(resolve => waiting.add(resolve))),
  }
}

/** Opens a stream of `app` with a browser's cookies, and waits for the first of it. */
export async function watch(
  t: Teardown,
  house: House,
  browser: Browser,
  kind: Kind,
  { app = 'live', headers = {} }: { app?: string; headers?: Record<string, string> } = {},
): Promise<Live> {
  const url = house.at(app, kind.startsWith('events') ? '/events' : '/stream')
  const all = { cookie: browser.cookiesFor(url.hostname) ?? '', ...headers }
  const opened = await open(t, house, browser, kind, url, all)
  await opened.more()
  if (opened.over()) throw new Error(`${kind} did not begin`)
  return opened
}

async function open(
  t: Teardown,
  house: House,
  browser: Browser,
  kind: Kind,
  url: URL,
  headers: Record<string, string>,
): Promise<Live> {
  if (kind === 'WebSocket') {
    const { origin } = url
    const ws = new WebSocket(url.href.replace('https:', 'wss:'), {
      ca: house.ca,
      lookup: here,
      origin,
      headers,
    })
    t.teardown(() => ws.terminate())
    return live(kind, ws, came => ws.on('message', came))
  }
  if (kind.endsWith('HTTP/2')) {
    const session = connect(url, { ca: house.ca, lookup: here })
    t.teardown(() => session.destroy())
    session.on('error', () => {})
    const stream = session.request({ ':path': url.pathname, ...headers })
    return live(kind, stream, came => stream.on('data', came))
  }
  const response = await browser.open(url, { headers })
  if (response.statusCode !== 200) throw new Error(`${kind} was answered ${response.statusCode}`)
  t.teardown(() => response.destroy())
  return live(kind, response, came => response.on('data', came))
}
