/** One answer that is watched over. */
import type { Duplex } from 'node:stream'
import type { Exchange } from '../../authz/exchange.ts'
import type { Log } from '../../types.ts'
import { cut } from '../../upstream/answer.ts'
import type { Response } from '../door.ts'
import type { Group } from './group.ts'

/** Why a stream was cut, as the log says it. */
export type Why =
  | 'signed out'
  | 'session ended'
  | 'group or rule'
  | 'idle'
  | 'not confirmed'
  | 'reload'
  | 'stop'

export interface Stream {
  /** The request that it answers, as it passed. */
  readonly exchange: Exchange
  /** The client's side: an answer, or a WebSocket's socket. */
  readonly client: Response | Duplex
  /** No end is to be expected of it. */
  readonly endless: boolean
  /** When it was last known to be allowed, clock milliseconds. */
  confirmed: number
  /** Undefined while it is young, and when it is over. */
  group: Group | undefined
}

/** The session that it passed with, where it passed as somebody of a session. */
export function sessionOf({ identity, basic, session }: Exchange): string | undefined {
  return identity !== undefined && !basic && session.kind === 'one' ? session.value : undefined
}

/** Cuts the client's side; the upstream's follows by itself. Never throws. */
export function cutStream({ client }: Stream, log: Log): void {
  try {
    if ('writeHead' in client) cut(client)
    else client.destroy()
  } catch (error) {
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'a stream was not cut')
  }
}

/** One line for all that were cut of one app and visitor for one reason; no query, no session. */
export function sayCut(log: Log, streams: readonly Stream[], why: Why, rule: string | undefined): void {
  const [first] = streams
  if (first === undefined) return
  const { request, site, identity, arrival } = first.exchange
  log.info(
    {
      audit: 'cut',
      why,
      ...(rule !== undefined && { rule }),
      streams: streams.length,
      app: site?.app.name ?? '',
      user: identity?.user ?? '',
      client: request.client,
      path: request.path,
      id: arrival.id,
    },
    'cut a stream',
  )
}
