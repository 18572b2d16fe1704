/** One worker, as the first process sees it. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { getCompileCacheDir } from 'node:module'
import { dirname, join } from 'node:path'
import type { Log } from '../../types.ts'
import { StartFault } from '../start-fault.ts'
import type { Ask, FromWorker, News, ToWorker } from './messages.ts'
import type { BoundSocket } from './socket.ts'

const ENTRY = join(import.meta.dirname, 'entry.ts')

/** Milliseconds in which an answer that has come is read. */
const LOOK = 50

export type Answer = { readonly cut: boolean; readonly used: number } | 'gone'

export interface Child {
  readonly worker: number
  readonly pid: number
  /** Whether it may hold anything of a session: from when it is first told to serve. */
  serving: boolean
  /** Takes no new work: told to stop. */
  retired: boolean
  /** Resolves when it can be asked. Rejects when it ends before. */
  readonly up: Promise<void>
  /**
   * Has it done. A worker that does not answer within `limit` milliseconds is killed: it could still hold
   * what the others have forgotten. @returns 'gone' where it is no more; whoever waits need not
   * @throws StartFault when it says that it cannot
   */
  ask(ask: Ask, limit: number): Promise<Answer>
  /** Gives it sockets; those that it has already, it does not get again. */
  give(sockets: readonly BoundSocket[]): void
  kill(): void
  /** How it ended. */
  readonly gone: Promise<{ readonly code: number | null; readonly signal: string | null }>
}

interface Ears {
  readonly log: Log
  /** It wants all others to know something, or to answer. */
  spread(from: Child, news: News): Promise<readonly Answer[]>
}

interface Waiting {
  readonly resolve: (how: Answer) => void
  readonly reject: (fault: StartFault) => void
}

/** Starts a worker process. Nothing of what it is told goes through its arguments or environment, which others can read. */
export function startChild(worker: number, { log, spread }: Ears): Child {
  const cache = getCompileCacheDir()
  const process = fork(ENTRY, cache ? [dirname(cache)] : [], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    serialization: 'advanced',
    execArgv: [],
  })
  const waiting = new Map<number, Waiting>()
  const given = new Set<BoundSocket>()
  let count = 0
  let ended = false
  let isUp = () => {}
  const gone = endOf(process)
  const up = new Promise<void>((resolve, reject) => {
    isUp = resolve
    gone.then(() => reject(new StartFault('A worker process ended before it was ready.')))
  })
  up.catch(() => {})
  gone.then(() => {
    ended = true
    for (const { resolve } of waiting.values()) resolve('gone')
    waiting.clear()
  })

  const send = (message: ToWorker, handle?: BoundSocket['handle']) => {
    // An error here means that it is ending, which `gone` tells. The handle's type is node's own.
    if (process.connected) process.send(message, handle as Parameters<ChildProcess['send']>[1], () => {})
  }

  // A signal that finds nobody, a channel that has closed: `gone` tells of both.
  process.on('error', () => {})
  process.on('message', (raw: unknown) => {
    const message = raw as FromWorker
    switch (message.kind) {
      case 'up':
        return isUp()
      case 'log':
        return log[message.level]({ ...message.fields, worker }, message.message)
      case 'done': {
        const one = waiting.get(message.id)
        waiting.delete(message.id)
        if (message.fault) one?.reject(new StartFault(message.fault.message, message.fault.hint))
        else one?.resolve({ cut: message.cut === true, used: message.used ?? 0 })
        return
      }
      case 'spread': {
        const { id, news } = message
        void spread(child, news).then(answers => {
          const used = answers.map(answer => (answer === 'gone' ? 0 : answer.used))
          send({ kind: 'done', id, used: Math.max(0, ...used) })
        })
      }
    }
  })

  const child: Child = {
    worker,
    pid: process.pid ?? 0,
    serving: false,
    retired: false,
    up,
    gone,
    ask(ask, limit) {
      if (ended) return Promise.resolve('gone')
      const id = ++count
      return new Promise((resolve, reject) => {
        const late = () => {
          if (!waiting.has(id)) return
          log.warn({ worker, pid: process.pid, asked: ask.kind }, 'a worker does not answer and is killed')
          process.kill('SIGKILL')
        }
        // Where this process itself was held up, the answer lies in the channel: look before you kill.
        const timer = setTimeout(() => setImmediate(() => setTimeout(late, LOOK)), limit)
        const settle =
          <T>(how: (value: T) => void) =>
          (value: T) => {
            clearTimeout(timer)
            how(value)
          }
        waiting.set(id, { resolve: settle(resolve), reject: settle(reject) })
        send({ ...ask, id })
      })
    },
    give(sockets) {
      for (const socket of sockets) {
        if (given.has(socket)) continue
        given.add(socket)
        send({ kind: 'socket', place: socket.place, unix: socket.unix }, socket.handle)
      }
    },
    kill: () => void process.kill('SIGKILL'),
  }
  return child
}

async function endOf(process: ChildProcess): Promise<{ code: number | null; signal: string | null }> {
  try {
    const [code, signal] = await once(process, 'exit')
    return { code, signal }
  } catch {
    // It could not even be started.
    return { code: null, signal: null }
  }
}
