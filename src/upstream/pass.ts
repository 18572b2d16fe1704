import { addTrailers, cut, end, fitTrailers, flushHead, inform, writeHead } from './answer.ts'
import { hasBody, hasLeft } from './body.ts'
import type { Connection, Passenger } from './connection.ts'
import { ABORTED, DONE, failed, isClosed } from './fault.ts'
import { withoutHops } from './hop.ts'
import { write } from './pieces.ts'
import type { Pool } from './pool.ts'
import { requestHead } from './request-head.ts'
import type { Edit, Head, Outcome, Request, Response } from './types.ts'

/**
 * What may be sent a second time after a connection died under it. Safe methods alone (RFC 9110 section
 * 9.2.1): a DELETE whose answer got lost would be told 404.
 */
const REPEATABLE = new Set(['GET', 'HEAD', 'OPTIONS', 'PROPFIND', 'REPORT', 'SEARCH', 'QUERY'])

/**
 * Bytes of interim answers after which a request gets no more: over HTTP/2, and behind an answer that is not
 * there yet, Node does not tell how many wait for a client, and an app's hints would pile up without end.
 */
const MOST_INTERIM = 64 * 1024

/** One request on its way there and back. */
export class Pass implements Passenger {
  readonly #pool: Pool
  readonly #req: Request
  readonly #res: Response
  readonly #head: Head
  readonly #edit: Edit
  readonly #finished: (outcome: Outcome) => void
  readonly #hasBody: boolean
  #connection: Connection | undefined
  /** A byte of an answer came. */
  #heard = false
  #retried = false
  #over = false
  #drains = false
  /** Bytes of interim answers that were passed on. */
  #interim = 0
  /** A head that waits for the end of its read: to leave with what of the body comes along, if that is sound. */
  #answer: { readonly status: number; readonly reason: string; readonly flat: string[] } | undefined
  /** A piece of the body that has come with this read and is still where it was read to. */
  #piece: Buffer | undefined
  #start = 0
  #end = 0
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
    this.#hasBody = hasBody(req)
  }

  get method(): string {
    return this.#head.method
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
    try {
      const announced = this.#announced()
      const head = requestHead(this.#head, this.#hasBody, announced)
      const trailer = announced.length > 0 ? this.#head.trailer : undefined
      this.#connection = this.#pool.take(fresh)
      this.#connection.send(this, head, this.#hasBody ? this.#req : undefined, trailer)
    } catch (error) {
      this.#finish(failed(error, false))
    }
  }

  /** The trailer fields that the client announces and that may pass. */
  #announced(): readonly string[] {
    const { trailer } = this.#head
    const announced = this.#hasBody && trailer ? this.#req.headers.trailer : undefined
    if (announced === undefined || trailer === undefined) return NONE
    const names = announced.toLowerCase().split(/[\s,]+/)
    return fitTrailers(
      names.flatMap(name => [name, '']),
      trailer,
    ).map(([name]) => name)
  }

  onBegin(): void {
    this.#heard = true
  }

  onHead(status: number, reason: string, raw: string[]): void {
    const flat = withoutHops(raw)
    if (status < 200) {
      if (this.#interim < MOST_INTERIM) this.#interim += inform(this.#req, this.#res, status, flat)
      return
    }
    this.waiting = false
    this.#answer = { status, reason, flat: this.#edit(status, flat) }
  }

  /** Whether the head goes with what follows: it is written here, and sent by whatever is next. */
  #begin(): boolean {
    if (this.#answer === undefined) return false
    const { status, reason, flat } = this.#answer
    this.#answer = undefined
    writeHead(this.#req, this.#res, status, reason, flat)
    return true
  }

  onBody(bytes: Buffer, start: number, end: number): void {
    this.#write()
    this.#piece = bytes
    this.#start = start
    this.#end = end
  }

  onPause(): void {
    const begins = this.#begin()
    if (this.#piece !== undefined) this.#write()
    else if (begins) flushHead(this.#res)
  }

  #write(): void {
    if (this.#piece === undefined) return
    this.#begin()
    const piece = this.#piece
    this.#piece = undefined
    if (write(this.#res, piece, this.#start, this.#end)) return
    this.#connection?.pause()
    if (this.#drains) return
    this.#drains = true
    this.#res.on('drain', () => this.#connection?.resume())
  }

  onEnd(trailers: readonly string[]): void {
    if (trailers.length > 0) {
      this.#begin()
      this.#write()
      addTrailers(this.#res, withoutHops([...trailers]))
    }
    this.#begin()
    const piece = this.#piece
    this.#piece = undefined
    if (piece === undefined) this.#res.end()
    else end(this.#res, piece, this.#start, this.#end)
    this.#finish(DONE)
  }

  onFault(error: Error): void {
    if (this.#over) return
    if (this.#stale(error)) {
      this.#retried = true
      if (this.#connection) this.#pool.drop(this.#connection)
      this.#send(true)
      return
    }
    const gone = hasLeft(this.#req, this.#res)
    const sent = this.#res.headersSent
    if (sent) cut(this.#res)
    this.#finish(gone ? ABORTED : failed(error, sent))
  }

  /** A kept-alive connection that the upstream had closed meanwhile, under a request that harms nobody twice. */
  #stale(error: Error): boolean {
    if (this.#retried || this.#heard || this.#hasBody || this.#pool.destroyed) return false
    return isClosed(error) && (this.#connection?.served ?? 0) > 1 && REPEATABLE.has(this.#head.method)
  }

  /** The client's end: with the answer unfinished it has gone away, and the upstream must not go on. */
  readonly #gone = (): void => {
    if (!this.#over) this.#finish(ABORTED)
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    this.#res.off('close', this.#gone)
    const connection = this.#connection
    // It may be another's from here on, and a `drain` that comes late is not to reach it.
    this.#connection = undefined
    if (connection) {
      if (outcome === DONE) this.#pool.release(connection)
      else this.#pool.drop(connection)
    }
    this.#finished(outcome)
  }
}

const NONE: readonly string[] = []
