import { type ClientRequest, type IncomingMessage, request as send } from 'node:http'
import type { Socket } from 'node:net'
import { addTrailers, cut, fitTrailers, inform, write, writeHead } from './answer.ts'
import { hasBody, hasLeft } from './body.ts'
import type { Dial } from './dial.ts'
import { ABORTED, DONE, failed, UpstreamError } from './fault.ts'
import { without, withoutHops } from './hop.ts'
import type { Edit, Head, Outcome, Request, Response, Target } from './types.ts'

const REPLACED = new Set(['connection', 'content-length', 'expect', 'trailer', 'transfer-encoding'])

/** Whether a request needs this way: it has trailers, and some of them may pass. */
export function hasTrailers(req: Request, head: Head): boolean {
  return head.trailer !== undefined && req.headers.trailer !== undefined && hasBody(req)
}

/**
 * The slow way, for the rare request with trailers, which undici cannot send: Node's own client, on a
 * connection of its own.
 */
export class Relay {
  readonly #req: Request
  readonly #res: Response
  readonly #head: Head
  readonly #edit: Edit
  readonly #timeouts: Target['timeouts']
  readonly #finished: (outcome: Outcome) => void
  readonly #socket: Socket
  #timer: NodeJS.Timeout | undefined
  #over = false

  constructor(
    dial: Dial,
    timeouts: Target['timeouts'],
    req: Request,
    res: Response,
    head: Head,
    edit: Edit,
    finished: (outcome: Outcome) => void,
  ) {
    this.#req = req
    this.#res = res
    this.#head = head
    this.#edit = edit
    this.#timeouts = timeouts
    this.#finished = finished
    res.once('close', () => this.#finish(ABORTED))
    this.#socket = dial((error, socket) => {
      if (this.#over) return
      if (hasLeft(req, res)) this.#finish(ABORTED)
      else if (socket === null) this.#fail(error)
      else this.#ask(socket)
    })
  }

  /** Cuts it at once. */
  destroy(): void {
    this.#fail(new UpstreamError('cut', 'this upstream has been shut'))
  }

  #ask(socket: Socket): void {
    const { method, target, trailer = () => false } = this.#head
    const names = (this.#req.headers.trailer ?? '').toLowerCase().split(/[\s,]+/)
    const fit = fitTrailers(
      names.flatMap(name => [name, '']),
      trailer,
    )
    const headers = without(this.#head.headers, REPLACED)
    headers.push('Connection', 'close', 'Transfer-Encoding', 'chunked')
    if (fit.length > 0) headers.push('Trailer', fit.map(([name]) => name).join(', '))
    let request: ClientRequest
    try {
      request = send({ createConnection: () => socket, setHost: false, method, path: target, headers })
    } catch (error) {
      this.#fail(error)
      return
    }
    request.on('error', error => this.#fail(error))
    request.on('information', ({ statusCode, rawHeaders }) => {
      inform(this.#req, this.#res, statusCode, rawHeaders)
    })
    request.once('response', answer => this.#answer(answer))
    this.#req.once('end', () => {
      request.addTrailers(fitTrailers(this.#req.rawTrailers, trailer))
      request.end()
      const ms = this.#timeouts.first_byte
      this.#timer = setTimeout(() => this.#fail(new UpstreamError('slow', `no answer within ${ms} ms`)), ms)
    })
    this.#req.pipe(request, { end: false })
  }

  #answer(answer: IncomingMessage): void {
    clearTimeout(this.#timer)
    const status = answer.statusCode ?? 502
    try {
      const flat = this.#edit(status, withoutHops(answer.rawHeaders.slice()))
      writeHead(this.#req, this.#res, status, answer.statusMessage ?? '', flat)
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#socket.setTimeout(this.#timeouts.idle, () => {
      if (!answer.isPaused()) this.#fail(new UpstreamError('slow', `silent for ${this.#timeouts.idle} ms`))
    })
    this.#res.on('drain', () => answer.resume())
    answer.on('error', error => this.#fail(error))
    answer.on('data', (piece: Buffer) => {
      if (!write(this.#res, piece)) answer.pause()
    })
    answer.on('end', () => {
      if (!answer.complete) return
      addTrailers(this.#res, answer.rawTrailers)
      this.#res.end()
      this.#finish(DONE)
    })
  }

  #fail(error: unknown): void {
    if (this.#over) return
    const left = hasLeft(this.#req, this.#res)
    const sent = this.#res.headersSent
    if (sent) cut(this.#res)
    this.#finish(left ? ABORTED : failed(error, sent))
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    clearTimeout(this.#timer)
    this.#req.unpipe()
    this.#socket.destroy()
    this.#finished(outcome)
  }
}
