/** Between node's servers and a door: the protocol's edges, so that a door sees plain requests alone. */

import type { Duplex } from 'node:stream'
import { type IncomingMessage, ServerResponse } from '../lib/http.ts'
import type { Log } from '../types.ts'
import { answerBadRequest } from './bad-request.ts'
import type { Entry, Request, Response } from './entry.ts'
import { LINGER } from './limits.ts'
import type { WebServer } from './web-server.ts'

/** What changes under a listener while it stays open. */
export interface Slot {
  entry: Entry
  /** Set when the listener is on its way out: HTTP/1 connections end with their answer. */
  leaving: boolean
}

type Handler = 'request' | 'expect'

/** Wires a server's events to whatever door the slot holds when they come. */
export function attachEdges(server: WebServer, slot: Slot, log: Log): void {
  const hand = (how: Handler) => (req: Request, res: Response) => {
    if (slot.leaving && res instanceof ServerResponse) res.shouldKeepAlive = false
    if (hasBody(req)) linger(req, res)
    try {
      slot.entry.door[how](req, res, slot.entry.peer)
    } catch (error) {
      log.error({ error: describe(error) }, 'a request failed inside the gateway')
      fail(res)
    }
  }
  server.shouldUpgradeCallback = req => slot.entry.door.upgrade !== undefined && isWebSocket(req)
  server.on('request', hand('request'))
  // The decision comes before `100 Continue`, or a stranger's body would be asked for.
  server.on('checkContinue', hand('expect'))
  // RFC 9110 section 10.1.1: an expectation that nobody knows.
  server.on('checkExpectation', (_req: Request, res: Response) => {
    res.statusCode = 417
    res.end()
  })
  server.on('upgrade', (req: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has taken its own listener off, and without one a reset would end the process.
    socket.on('error', () => {})
    try {
      const { door, peer } = slot.entry
      // A reload may have put another door here between the head and this event.
      if (door.upgrade === undefined) socket.destroy()
      else door.upgrade(req, socket, head, peer)
    } catch (error) {
      log.error({ error: describe(error) }, 'an upgrade failed inside the gateway')
      socket.destroy()
    }
  })
  server.on('clientError', answerBadRequest)
  // A gateway is no forward proxy. In HTTP/1 node hands over the socket, in HTTP/2 a request.
  server.on('connect', (_req: Request, there: Duplex | Response) => {
    if ('writeHead' in there) {
      there.statusCode = 405
      there.end()
    } else {
      there.on('error', () => {})
      there.end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n')
    }
  })
}

/**
 * Whether node hands a request over as an upgrade; any other stays a plain request whose Upgrade
 * header means nothing (h2c smuggling; RFC 6455 section 4.1 wants a GET). A body would come
 * out of the parser as the WebSocket's first bytes, so a request that announces one is none either.
 */
export function isWebSocket(req: IncomingMessage): boolean {
  const { headers } = req
  return (
    req.method === 'GET' &&
    headers.upgrade?.trim().toLowerCase() === 'websocket' &&
    headers['content-length'] === undefined &&
    headers['transfer-encoding'] === undefined
  )
}

function hasBody(req: Request): boolean {
  if (req.httpVersionMajor === 2) return 'stream' in req && !req.stream.endAfterHeaders
  return req.headers['content-length'] !== undefined || req.headers['transfer-encoding'] !== undefined
}

/**
 * A client that has its answer may finish sending, as browsers insist on; but `requestTimeout` is off,
 * so without an end of ours a refused one could drip bytes for ever.
 */
function linger(req: Request, res: Response): void {
  res.once('finish', () => {
    if (req.complete) return
    const timer = setTimeout(() => req.destroy(), LINGER)
    timer.unref()
    req.once('close', () => clearTimeout(timer))
    req.once('end', () => clearTimeout(timer))
  })
}

function fail(res: Response): void {
  if (res.headersSent) {
    res.destroy()
  } else {
    res.statusCode = 500
    res.end()
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
