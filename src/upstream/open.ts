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

class Connections implements Upstream {
  readonly #dial: Dial
  readonly #pool: Pool
  readonly #target: Target
  readonly #splices = new Set<Splice>()
  #inFlight = 0
  #idle: (() => void)[] = []
  #destroyed = false

  constructor(target: Target) {
    this.#target = target
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
    this.#inFlight++
    return new Promise(resolve => {
      const { timeouts } = this.#target
      const splice = new Splice(this.#dial, timeouts, socket, first, head, edit, outcome => {
        this.#splices.delete(splice)
        resolve(outcome)
        this.#left()
      })
      this.#splices.add(splice)
    })
  }

  async close(): Promise<void> {
    this.#pool.close()
    if (this.#inFlight > 0) await new Promise<void>(resolve => this.#idle.push(resolve))
  }

  async destroy(): Promise<void> {
    this.#destroyed = true
    this.#pool.destroy()
    for (const splice of this.#splices) splice.destroy()
    await this.close()
  }

  #left(): void {
    this.#inFlight--
    if (this.#inFlight === 0) for (const resolve of this.#idle.splice(0)) resolve()
  }
}

const SHUT = failed(new UpstreamError('down', 'this upstream has been shut'), false)
