import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type Dial, openDial } from './dial.ts'
import { failed, UpstreamError } from './fault.ts'
import { Pass } from './pass.ts'
import { Pool } from './pool.ts'
import { Splice } from './splice.ts'
import type { Edit, Head, Outcome, Request, Response, Target, Upstream } from './types.ts'

/**
 * Opens the way to one app. Connects only when asked to.
 * @throws {Error} ENOENT and the like when the `ca` file cannot be read.
 */
export function openUpstream(target: Target): Upstream {
  return new Connections(target)
}

const SHUT = failed(new UpstreamError('down', 'this upstream has been shut'), false)

class Connections implements Upstream {
  readonly #dial: Dial
  readonly #timeouts: Target['timeouts']
  readonly #pool: Pool
  /** WebSockets: they run on connections that the pool does not know. */
  readonly #own = new Set<Splice>()
  #inFlight = 0
  #waiting: (() => void)[] = []
  #destroyed = false

  constructor(target: Target) {
    this.#timeouts = target.timeouts
    this.#dial = openDial(target)
    this.#pool = new Pool(this.#dial, target.timeouts)
  }

  pass(req: Request, res: Response, head: Head, edit: Edit): Promise<Outcome> {
    if (this.#destroyed) return Promise.resolve(SHUT)
    this.#inFlight++
    return new Promise(resolve => {
      new Pass(this.#pool, req, res, head, edit, outcome => {
        resolve(outcome)
        this.#left()
      }).start()
    })
  }

  splice(_req: IncomingMessage, socket: Duplex, first: Buffer, head: Head, edit: Edit): Promise<Outcome> {
    if (this.#destroyed) return Promise.resolve(SHUT)
    return this.#run(done => new Splice(this.#dial, this.#timeouts, socket, first, head, edit, done))
  }

  async close(): Promise<void> {
    this.#pool.close()
    if (this.#inFlight > 0) await new Promise<void>(resolve => this.#waiting.push(resolve))
  }

  async destroy(): Promise<void> {
    this.#destroyed = true
    this.#pool.destroy()
    for (const one of this.#own) one.destroy()
    await this.close()
  }

  /** Runs what has a connection of its own; nothing ends before it has begun, so `one` is there in time. */
  #run(begin: (done: (outcome: Outcome) => void) => Splice): Promise<Outcome> {
    this.#inFlight++
    return new Promise(resolve => {
      const one = begin(outcome => {
        this.#own.delete(one)
        resolve(outcome)
        this.#left()
      })
      this.#own.add(one)
    })
  }

  #left(): void {
    this.#inFlight--
    if (this.#inFlight === 0) for (const resolve of this.#waiting.splice(0)) resolve()
  }
}
