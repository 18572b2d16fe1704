import type { Socket } from 'node:net'
import { isWhole } from './body.ts'
import { UpstreamError } from './fault.ts'
import { type Framing, trailerLines } from './request-head.ts'
import type { Head, Request } from './types.ts'

/** What an upload tells of itself. */
export interface Uploading {
  /** The upstream has stopped reading, or reads again. */
  onStalled(stalled: boolean): void
  /** The request is sent to its end. */
  onSent(): void
  onFault(error: UpstreamError): void
}

/** One request's body on its way to the upstream: framed by us, and no faster than the upstream reads. */
export class Upload {
  readonly #req: Request
  readonly #socket: Socket
  readonly #framing: Framing
  readonly #trailer: Head['trailer']
  readonly #to: Uploading
  #sent = 0

  constructor(req: Request, socket: Socket, framing: Framing, trailer: Head['trailer'], to: Uploading) {
    this.#req = req
    this.#socket = socket
    this.#framing = framing
    this.#trailer = trailer
    this.#to = to
    socket.on('drain', this.#drained)
    req.on('data', this.#piece).on('end', this.#ended)
  }

  /** Sends no more. The request stays as it is: Node reads what is left of it once the answer has gone. */
  stop(): void {
    this.#socket.off('drain', this.#drained)
    this.#req.off('data', this.#piece).off('end', this.#ended)
    this.#req.pause()
  }

  readonly #piece = (piece: Buffer): void => {
    const length = piece.length
    if (length === 0) return
    this.#sent += length
    if (typeof this.#framing === 'number') {
      if (this.#sent > this.#framing) {
        this.#to.onFault(new UpstreamError('protocol', 'the body is longer than it said'))
        return
      }
      if (this.#socket.write(piece)) return
    } else {
      this.#socket.cork()
      this.#socket.write(`${length.toString(16)}\r\n`, 'latin1')
      this.#socket.write(piece)
      const flows = this.#socket.write('\r\n', 'latin1')
      this.#socket.uncork()
      if (flows && !this.#socket.writableNeedDrain) return
    }
    this.#req.pause()
    this.#to.onStalled(true)
  }

  readonly #drained = (): void => {
    this.#to.onStalled(false)
    this.#req.resume()
  }

  readonly #ended = (): void => {
    try {
      // Its last chunk would make an app keep half a file.
      if (!isWhole(this.#req)) throw new UpstreamError('cut', 'the client has left in mid-upload')
      if (this.#framing === 'chunked') {
        const lines = this.#trailer ? trailerLines(this.#req.rawTrailers, this.#trailer) : ''
        this.#socket.write(`0\r\n${lines}\r\n`, 'latin1')
      } else if (this.#sent !== this.#framing) {
        throw new UpstreamError('protocol', 'the body is shorter than it said')
      }
    } catch (error) {
      this.#to.onFault(error instanceof UpstreamError ? error : new UpstreamError('protocol', String(error)))
      return
    }
    this.stop()
    this.#to.onSent()
  }
}
