import type { Readable } from 'node:stream'
import type { Request, Response } from './types.ts'

/** Whether the client sends a body: RFC 9112 section 6, or an HTTP/2 stream that goes on after its head. */
export function hasBody(req: Request): boolean {
  if ('stream' in req) return !req.stream.endAfterHeaders
  const length = req.headers['content-length']
  return (length !== undefined && length !== '0') || req.headers['transfer-encoding'] !== undefined
}

/** Whether the client has gone away. A request that was read to its end is destroyed too, and says nothing. */
export function hasLeft(req: Request, res: Response): boolean {
  if ('stream' in res) return res.stream.destroyed || res.stream.aborted
  return res.destroyed || (req.destroyed && !req.complete)
}

/**
 * The request's body as undici wants a stream, without what it does to one: it destroys it in the end and
 * takes its socket away, while the client's connection goes on. Made as small as undici's use of it.
 */
export class Body {
  readonly #req: Request
  destroyed = false
  /** Tells undici not to add a listener of its own that destroys. */
  readonly _readableState = { autoDestroy: true }

  constructor(req: Request) {
    this.#req = req
  }

  get readableEnded(): boolean {
    return this.#req.readableEnded
  }
  get errored(): Error | null {
    return this.#req.errored
  }
  get closed(): boolean {
    return this.#req.closed
  }
  on(event: string, listener: (...values: unknown[]) => void): this {
    this.#req.on(event, listener)
    return this
  }
  off(event: string, listener: (...values: unknown[]) => void): this {
    this.#req.off(event, listener)
    return this
  }
  removeListener(event: string, listener: (...values: unknown[]) => void): this {
    return this.off(event, listener)
  }
  pause(): void {
    this.#req.pause()
  }
  resume(): void {
    if (!this.destroyed) this.#req.resume()
  }
  /** Leaves the request as it is: Node reads what is left of it once the answer has gone. */
  destroy(): void {
    this.destroyed = true
    this.#req.pause()
  }
  pipe(): never {
    throw new Error('not for piping')
  }

  /** What undici takes for a stream is any object with `on` and `pipe`; its types ask for a Readable. */
  asReadable(): Readable {
    return this as unknown as Readable
  }
}
