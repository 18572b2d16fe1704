import type { Socket } from 'node:net'
import { AnswerReader, type Asker } from './answer-reader.ts'
import { Deadline } from './deadline.ts'
import type { Dial } from './dial.ts'
import { UpstreamError } from './fault.ts'
import { READ_SIZE } from './llhttp.ts'
import type { RequestHead } from './request-head.ts'
import type { Head, Request, Target } from './types.ts'
import { Upload, type Uploading } from './upload.ts'

/** A kept-alive connection is left after this long, in ms: below the 5 s of Node and Apache and all longer ones. */
const KEEP_ALIVE = 4_000
/** This much sooner than the upstream says it will close, in ms, for the way there. */
const KEEP_ALIVE_MARGIN = 1_000

/**
 * Where every connection is read into: what is read is parsed, and copied or written on, before the next
 * read. A thousand streams would else hold a buffer of 64 KiB each.
 */
const READ = Buffer.allocUnsafeSlow(READ_SIZE)

/** Who sends a request on a connection. */
export interface Passenger extends Asker {
  /** No final head has come. */
  readonly waiting: boolean
  /** One read of the connection is through, and the answer goes on. */
  onPause(): void
  /** No answer, or no more of it; the connection is gone. */
  onFault(error: Error): void
}

/** One connection to the upstream, with one request at a time on it. */
export class Connection implements Uploading {
  readonly #timeouts: Target['timeouts']
  readonly #gone: (connection: Connection) => void
  readonly #socket: Socket
  readonly #reader = new AnswerReader()
  readonly #deadline = new Deadline(() => this.#late())
  #passenger: Passenger | undefined
  /** What is sent once the connection stands. */
  #next: (() => void) | undefined
  #stands = false
  #upload: Upload | undefined
  #paused = false
  #error: Error | undefined
  /** Somebody may be known on it for as long as it lasts. */
  #bound = false
  /** How many requests it has carried. */
  served = 0

  /** Dials. `gone` is called when it has ended while nobody used it. */
  constructor(dial: Dial, timeouts: Target['timeouts'], gone: (connection: Connection) => void) {
    this.#timeouts = timeouts
    this.#gone = gone
    const done = (error: Error | null) => {
      if (error) this.#fail(error)
      else this.#connected()
    }
    this.#socket = dial(done, { onread: { buffer: READ, callback: (length: number) => this.#read(length) } })
    this.#socket.on('error', error => {
      this.#error = error
    })
    this.#socket.once('end', () => this.#ended())
    this.#socket.once('close', () => {
      this.#reader.free()
      this.#fail(this.#error ?? new UpstreamError('cut', 'the connection was closed'))
    })
  }

  /** Sends a request; `req` where it has a body. */
  send(passenger: Passenger, head: RequestHead, req: Request | undefined, trailer: Head['trailer']): void {
    this.#passenger = this.#reader.asker = passenger
    if (this.#stands) this.#write(head, req, trailer)
    else this.#next = () => this.#write(head, req, trailer)
  }

  #connected(): void {
    this.#stands = true
    this.#next?.()
    this.#next = undefined
  }

  #write(head: RequestHead, req: Request | undefined, trailer: Head['trailer']): void {
    this.served++
    this.#bound ||= head.binds
    this.#socket.write(head.text, 'latin1')
    if (req === undefined) this.#deadline.in(this.#timeouts.first_byte)
    else {
      // The time for an answer begins when all is sent; until then it is the client that may be slow.
      this.#deadline.in(0)
      this.#upload = new Upload(req, this.#socket, head.framing, trailer, this)
    }
  }

  onStalled(stalled: boolean): void {
    if (this.#passenger?.waiting) this.#deadline.in(stalled ? this.#timeouts.first_byte : 0)
  }

  onSent(): void {
    this.#upload = undefined
    if (this.#passenger?.waiting) this.#deadline.in(this.#timeouts.first_byte)
  }

  onFault(error: Error): void {
    this.#fail(error)
  }

  #read(length: number): boolean {
    try {
      if (!this.#stands) throw new UpstreamError('protocol', 'it spoke before it was asked')
      this.#reader.read(READ, length)
      this.#passenger?.onPause()
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
      return false
    }
    const passenger = this.#passenger
    if (passenger === undefined) return true
    if (this.#paused) return false
    if (!passenger.waiting) this.#deadline.in(this.#timeouts.idle)
    // While a request is still being sent its time for an answer has not begun.
    else if (this.#reader.informed && this.#upload === undefined) this.#deadline.in(this.#timeouts.first_byte)
    return true
  }

  /** The upstream has ended the connection: at the end of a body that has no length, or under a request. */
  #ended(): void {
    try {
      this.#reader.finish()
    } catch (error) {
      this.#fail(error instanceof Error ? error : new Error(String(error)))
      return
    }
    this.#fail(new UpstreamError('cut', 'the connection ended before the answer did'))
  }

  #late(): void {
    const { first_byte: first, idle } = this.#timeouts
    const detail = this.#passenger?.waiting ? `no answer within ${first} ms` : `silent for ${idle} ms`
    this.#fail(new UpstreamError('slow', detail))
  }

  /** Reads no more until `resume`; for a reader that does not keep up, who is not the upstream's fault. */
  pause(): void {
    this.#paused = true
    this.#deadline.in(0)
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#deadline.in(this.#timeouts.idle)
    this.#socket.resume()
  }

  /** The answer is whole. @returns whether the connection can carry another request */
  release(): boolean {
    const { reusable, kept = Number.POSITIVE_INFINITY } = this.#reader
    // With a request still being sent, what is left of it would be read as the next one.
    const again =
      reusable &&
      !this.#bound &&
      this.#upload === undefined &&
      kept > KEEP_ALIVE_MARGIN &&
      !this.#socket.readableEnded
    this.#leave()
    if (again) this.#deadline.in(Math.min(kept - KEEP_ALIVE_MARGIN, KEEP_ALIVE))
    else this.destroy()
    return again
  }

  /** Cuts the connection; whoever is on it is told. */
  cut(error: Error): void {
    this.#fail(error)
  }

  /** Cuts the connection, and tells nobody. */
  destroy(): void {
    this.#leave()
    this.#deadline.end()
    this.#socket.destroy()
  }

  #fail(error: Error): void {
    const passenger = this.#passenger
    this.destroy()
    if (passenger === undefined) this.#gone(this)
    else passenger.onFault(error)
  }

  #leave(): void {
    this.#upload?.stop()
    this.#upload = undefined
    this.#passenger = this.#reader.asker = undefined
    if (this.#paused) {
      this.#paused = false
      this.#socket.resume()
    }
  }
}
