/** A worker: does what the first process asks, and has it tell the others what they must know. */
import type { Clock, Log } from '../../types.ts'
import { StartFault } from '../start-fault.ts'
import type { Ask, Done, FromWorker, Heard, News, ToWorker } from './messages.ts'
import { Neighbours } from './neighbours.ts'
import { sharedSessions } from './shared-sessions.ts'
import { Station } from './station.ts'

/** The outside of a worker. */
export interface Outside {
  readonly clock: Clock
  send(message: FromWorker): void
  listen(hear: (message: unknown, handle: unknown) => void): void
  exit(): void
}

/** How long the first process may take to tell all others; it gives each of them a second. Milliseconds. */
const UNHEARD = 5_000

/** Works until it is told to stop. */
export function work({ clock, send, listen, exit }: Outside): void {
  const log = remoteLog(send)
  const waiting = new Map<number, (done: Done) => void>()
  let count = 0

  function spread(news: News): Promise<Heard> {
    const id = ++count
    send({ kind: 'spread', id, news })
    return new Promise(resolve => {
      const end = (heard: Heard) => {
        clearTimeout(timer)
        waiting.delete(id)
        resolve(heard)
      }
      const timer = setTimeout(() => end({ all: false, used: 0 }), UNHEARD)
      waiting.set(id, ({ used = 0 }) => end({ all: true, used }))
    })
  }

  const shared = sharedSessions(async (kind, session) => (await spread({ kind, session })).all, clock)
  const neighbours = new Neighbours(spread, clock)
  let station: Station | undefined
  const begun = () => {
    if (!station) throw new TypeError('a worker was asked before it had begun')
    return station
  }

  async function act(ask: Ask): Promise<Omit<Done, 'kind' | 'id'>> {
    switch (ask.kind) {
      case 'begin':
        station = new Station({ log, clock, secret: Buffer.from(ask.secret) }, shared, neighbours)
        return {}
      case 'prepare':
        await begun().prepare(ask.config, ask.portal)
        return {}
      case 'renew':
        await begun().renew()
        return {}
      case 'commit':
        await begun().commit()
        return {}
      case 'abort':
        await begun().abort()
        return {}
      case 'leave':
        begun().leave(ask.places)
        return {}
      case 'resume':
        await begun().resume()
        return {}
      case 'forget':
        shared.forget(ask.session)
        return {}
      case 'hold':
        shared.hold(ask.session)
        return {}
      case 'used':
        return { used: neighbours.usedHere(ask.session) }
      case 'follows':
        begun().followed(ask.session, ask.heir)
        return {}
      case 'stop':
        return { cut: !(await begun().stop(ask.limit)) }
    }
  }

  listen((raw, handle) => {
    const message = raw as ToWorker
    if (message.kind === 'socket') return begun().receive(message, handle)
    if (message.kind === 'done') {
      waiting.get(message.id)?.(message)
      return
    }
    const { id, kind } = message
    act(message).then(
      how => {
        send({ kind: 'done', id, ...how })
        if (kind === 'stop') exit()
      },
      (error: unknown) => send({ kind: 'done', id, fault: inWords(error) }),
    )
  })
  send({ kind: 'up' })
}

function inWords(error: unknown): NonNullable<Done['fault']> {
  if (error instanceof StartFault) return { message: error.message, hint: error.hint }
  return { message: error instanceof Error ? (error.stack ?? error.message) : String(error) }
}

/** The first process writes the log, so that there is one, and no line is ever broken by another. */
function remoteLog(send: (message: FromWorker) => void): Log {
  const at = (level: 'debug' | 'info' | 'warn' | 'error') => (fields: object, message: string) =>
    send({ kind: 'log', level, fields: plain(fields), message })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** An Error does not survive the way, and what cannot be sent at all must not end the worker. */
function plain(fields: object): object {
  return Object.fromEntries(
    Object.entries(fields).map(([name, value]) => {
      if (value instanceof Error) return [name, value.stack ?? value.message]
      return [name, typeof value === 'function' || typeof value === 'symbol' ? String(value) : value]
    }),
  )
}
