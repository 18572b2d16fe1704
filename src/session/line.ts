/** The connections to Authelia, by node's own client. */
import type { Agent, RequestOptions } from 'node:http'
import { createRequire } from 'node:module'
import { type ClientRequest, Agent as HttpAgent, request } from '../lib/http.ts'

export interface LineOptions {
  readonly origin: URL
  /** A unix socket that is connected to instead of `origin`'s host. */
  readonly socket: string | undefined
  readonly connections: number
  /** Milliseconds that an idle connection is kept. */
  readonly keepAlive: number
  /** Bytes of an answer's head. */
  readonly largestHead: number
}

export interface Line {
  /** @throws TypeError for what no header or target may hold */
  send(method: string, path: string, headers: string[]): ClientRequest
  /** Ends the connections that carry nothing. */
  close(): void
}

/** Node's https is loaded by whoever has an Authelia behind TLS, and by nobody else. */
function https(): typeof import('node:https') {
  return createRequire(import.meta.url)('node:https')
}

/** Opens the way; `kept`: whether a connection carries more than one request. */
export function openLine(options: LineOptions, kept: boolean): Line {
  const { origin, socket, connections, keepAlive, largestHead } = options
  const secure = origin.protocol === 'https:'
  // Without a bound node closes a connection that it does not keep; with one it would use it again.
  const maxSockets = kept ? connections : Number.POSITIVE_INFINITY
  const settings = { keepAlive: kept, maxSockets, scheduling: 'lifo', timeout: keepAlive } as const
  const agent: Agent = secure ? new (https().Agent)(settings) : new HttpAgent(settings)
  const ask = secure ? https().request : request
  const where: RequestOptions = {
    agent,
    protocol: origin.protocol,
    hostname: origin.hostname.replace(/^\[|\]$/g, ''),
    port: origin.port === '' ? (secure ? 443 : 80) : Number(origin.port),
    maxHeaderSize: largestHead,
    setHost: false,
    ...(socket !== undefined && { socketPath: socket }),
  }
  return {
    send(method, path, headers) {
      const all = ['Host', origin.host, ...headers]
      return ask({ ...where, method, path, headers: all as unknown as RequestOptions['headers'] })
    },
    close: () => agent.destroy(),
  }
}
