import type { Dispatcher } from 'undici'
import { addTrailers, cut, flushHead, inform, write, writeHead } from './answer.ts'
import { Body, hasBody, hasLeft } from './body.ts'
import { ABORTED, DONE, failed, isClosed, UpstreamError } from './fault.ts'
import { readHead, without } from './hop.ts'
import type { Lane, Passenger } from './lane.ts'
import type { Pool } from './pool.ts'
import type { Edit, Head, Outcome, Request, Response } from './types.ts'

/**
 * What may be sent a second time after a connection died under it. Safe methods alone (RFC 9110 section
 * 9.2.1): a DELETE whose answer got lost would be told 404.
 */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH', 'QUERY'])
const NOT_SENT = new Set(['expect', 'trailer'])

/** One request on its way there and back: undici's handler, and the listener to the client's end. */
export class Pass implements Dispatcher.DispatchHandler, Passenger {
  readonly #pool: Pool
  readonly #req: Request
  readonly #res: Response
  readonly #head: Head
  readonly #edit: Edit
  readonly #finished: (outcome: Outcome) => void
  readonly #body: Body | null
  #lane: Lane | undefined
  #controller: Dispatcher.DispatchController | undefined
  /** A byte of an answer came. */
  #heard = false
  #retried = false
  #over = false
  /** The head waits for a first piece of the body, to leave with it. */
  #flushing = false
  #drains = false
  waiting = true

  constructor(
    pool: Pool,
    req: Request,
    res: Response,
    head: Head,
    edit: Edit,
    finished: (o: Outcome) => void,
  ) {
    this.#pool = pool
    this.#req = req
    this.#res = res
    this.#head = head
    this.#edit = edit
    this.#finished = finished
    this.#body = hasBody(req) ? new Body(req) : null
  }

  /** Starts. A client that is gone already costs the upstream nothing. */
  start(): void {
    if (hasLeft(this.#req, this.#res)) {
      this.#finish(ABORTED)
      return
    }
    this.#res.once('close', this.#gone)
    this.#send(false)
  }

  #send(fresh: boolean): void {
    const { method, target } = this.#head
    if (target.charCodeAt(0) !== 0x2f) {
      this.#finish(failed(new UpstreamError('protocol', 'the target is not a path'), false))
      return
    }
    this.#lane = this.#pool.take(this, fresh)
    this.#lane.client.dispatch(
      {
        path: target,
        method: method as Dispatcher.HttpMethod,
        headers: this.#headers() as string[],
        body: this.#body === null ? null : this.#body.asReadable(),
      },
      this,
    )
  }

  /** RFC 9110 section 10.1.1: the door has answered Expect; undici throws at it, and sends no trailers. */
  #headers(): readonly string[] {
    const { headers } = this.#req
    const all = this.#head.headers
    return headers.expect === undefined && headers.trailer === undefined ? all : without(all, NOT_SENT)
  }

  onRequestStart(controller: Dispatcher.DispatchController): void {
    this.#controller = controller
    if (this.#lane) this.#lane.served++
  }

  onResponseStarted(): void {
    this.#heard = true
  }

  onResponseStart(controller: Dispatcher.DispatchController, status: number, _: unknown, reason = ''): void {
    const flat = readHead(controller.rawHeaders as Buffer[])
    if (status < 200) {
      if (status === 101) throw new UpstreamError('protocol', 'a 101 that nobody asked for')
      inform(this.#req, this.#res, status, flat)
      return
    }
    this.waiting = false
    writeHead(this.#req, this.#res, status, reason, this.#edit(status, flat))
    this.#flushing = true
    // Undici parses a whole read in one go: what of the body came along has been written by then.
    process.nextTick(flush, this)
  }

  onResponseData(controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#flushing = false
    if (write(this.#res, chunk)) return
    controller.pause()
    if (this.#drains) return
    this.#drains = true
    this.#res.on('drain', () => this.#controller?.resume())
  }

  onResponseEnd(controller: Dispatcher.DispatchController): void {
    this.#flushing = false
    // Undici takes a reset for the end of a body that has neither length nor chunks.
    const fault = this.#lane?.socket?.errored
    if (fault) {
      this.#fail(fault)
      return
    }
    const trailers = controller.rawTrailers as Buffer[] | null
    if (trailers && trailers.length > 0) addTrailers(this.#res, readHead(trailers))
    this.#res.end()
    this.#finish(DONE)
  }

  onResponseError(_controller: unknown, error: Error): void {
    if (this.#over) return
    if (this.#stale(error)) {
      this.#retried = true
      if (this.#lane) this.#pool.drop(this.#lane)
      this.#send(true)
      return
    }
    this.#fail(error)
  }

  /** A kept-alive connection that the upstream had closed meanwhile, under a request that harms nobody twice. */
  #stale(error: Error): boolean {
    if (this.#retried || this.#heard || this.#body !== null || this.#pool.destroyed) return false
    return isClosed(error) && (this.#lane?.served ?? 0) > 1 && REPEATABLE.has(this.#head.method)
  }

  #fail(error: Error): void {
    const gone = hasLeft(this.#req, this.#res)
    const sent = this.#res.headersSent
    if (sent) cut(this.#res)
    this.#finish(gone ? ABORTED : failed(error, sent))
  }

  /** The client's end: with the answer unfinished it has gone away, and the upstream must not go on. */
  readonly #gone = (): void => {
    if (!this.#over) this.#finish(ABORTED)
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    this.#res.off('close', this.#gone)
    const lane = this.#lane
    if (lane) {
      if (outcome === DONE) this.#pool.release(lane)
      else this.#pool.drop(lane)
    }
    this.#finished(outcome)
  }

  /** Lets a head go whose body is late. */
  flush(): void {
    if (this.#flushing && !this.#over) flushHead(this.#res)
  }
}

function flush(pass: Pass): void {
  pass.flush()
}
