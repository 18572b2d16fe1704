import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { type ClientRequest, type IncomingMessage, request as send } from '../lib/http.ts'
import type { Dial } from './dial.ts'
import { ABORTED, DONE, failed, UpstreamError } from './fault.ts'
import { without, withoutHops } from './hop.ts'
import { join } from './join.ts'
import { rawHead } from './raw-head.ts'
import { passRefusal } from './refused.ts'
import type { Edit, Head, Outcome, Target } from './types.ts'

/** What a client may send ahead of the 101, in bytes; no more is read until it is there. */
const EARLY = 64 * 1024
/** A handshake has no body, and one that says so could hide a second request in it. */
const NOT_SENT = new Set([
  'connection',
  'upgrade',
  'content-length',
  'transfer-encoding',
  'expect',
  'trailer',
])

/** One WebSocket: its handshake, then both sockets as one. */
export class Splice {
  readonly #client: Duplex
  readonly #early: Buffer[]
  readonly #head: Head
  readonly #edit: Edit
  readonly #timeouts: Target['timeouts']
  readonly #finished: (outcome: Outcome) => void
  readonly #upstream: Socket
  #request: ClientRequest | undefined
  #timer: NodeJS.Timeout | undefined
  #held = 0
  /** A head has gone to the client. */
  #sent = false
  #over = false

  constructor(
    dial: Dial,
    timeouts: Target['timeouts'],
    client: Duplex,
    first: Buffer,
    head: Head,
    edit: Edit,
    finished: (outcome: Outcome) => void,
  ) {
    this.#client = client
    this.#early = first.length > 0 ? [first] : []
    this.#timeouts = timeouts
    this.#head = head
    this.#edit = edit
    this.#finished = finished
    // Stays for good: Node took its own listener away, and a late reset must not end the process.
    client.on('error', () => {})
    client.on('data', this.#hold).on('end', this.#gone).on('close', this.#gone)
    this.#upstream = dial(
      (error, socket) => {
        if (this.#over) return
        if (client.destroyed) this.#gone()
        else if (socket === null) this.#fail(error)
        else this.#ask(socket)
      },
      { allowHalfOpen: true },
    )
  }

  /** Cuts both sides at once. */
  destroy(): void {
    this.#client.destroy()
    this.#upstream.destroy()
    if (!this.#sent) this.#fail(new UpstreamError('cut', 'this upstream has been shut'))
  }

  #ask(socket: Socket): void {
    const headers = without(this.#head.headers, NOT_SENT)
    headers.push('Connection', 'Upgrade', 'Upgrade', 'websocket')
    const { method, target } = this.#head
    try {
      this.#request = send({ createConnection: () => socket, setHost: false, method, path: target, headers })
    } catch (error) {
      this.#fail(error)
      return
    }
    this.#timer = setTimeout(
      () => this.#fail(new UpstreamError('slow', `no answer within ${this.#timeouts.first_byte} ms`)),
      this.#timeouts.first_byte,
    )
    this.#request.on('error', error => this.#fail(error))
    this.#request.once('upgrade', (answer, _socket, first) => this.#accepted(answer, first))
    this.#request.once('response', answer => this.#refused(answer))
    this.#request.end()
  }

  #accepted(answer: IncomingMessage, first: Buffer): void {
    // Once joined, nothing is looked at any more: be sure that it is a WebSocket on both sides.
    if (answer.headers.upgrade?.toLowerCase() !== 'websocket') {
      this.#fail(new UpstreamError('protocol', 'the upstream switched to another protocol'))
      return
    }
    try {
      const flat = this.#edit(101, withoutHops(answer.rawHeaders.slice()))
      this.#take(rawHead(101, [...flat, 'Connection', 'Upgrade', 'Upgrade', 'websocket']))
    } catch (error) {
      this.#fail(error)
      return
    }
    if (first.length > 0) this.#client.write(first)
    for (const piece of this.#early.splice(0)) this.#upstream.write(piece)
    join(this.#client, this.#upstream, this.#timeouts.idle, ({ side, error }) => {
      if (side === 'client') this.#finish(ABORTED)
      else this.#finish(side === undefined ? DONE : failed(error, true))
    })
  }

  #refused(answer: IncomingMessage): void {
    this.#take()
    const { idle } = this.#timeouts
    this.#upstream.setTimeout(idle, () => this.#upstream.destroy())
    passRefusal(answer, this.#client, this.#edit).then(
      () => {
        this.#upstream.destroy()
        this.#finish(DONE)
      },
      error => {
        this.#client.destroy()
        this.#upstream.destroy()
        this.#finish(failed(error, true))
      },
    )
  }

  /** From here on the client's socket is ours. */
  #take(head?: Buffer): void {
    this.#sent = true
    this.#letGo()
    if (head) this.#client.write(head)
  }

  #letGo(): void {
    clearTimeout(this.#timer)
    this.#client.pause()
    this.#client.off('data', this.#hold).off('end', this.#gone).off('close', this.#gone)
  }

  /** Reads on while the upstream thinks, or a client that leaves would not be noticed. */
  readonly #hold = (piece: Buffer): void => {
    this.#early.push(piece)
    this.#held += piece.length
    if (this.#held >= EARLY) this.#client.pause()
  }

  readonly #gone = (): void => {
    this.#client.destroy()
    this.#fail(new UpstreamError('cut', 'the client went away'), true)
  }

  #fail(error: unknown, gone = false): void {
    if (this.#sent || this.#over) return
    this.#letGo()
    this.#upstream.destroy()
    this.#finish(gone ? ABORTED : failed(error, false))
  }

  #finish(outcome: Outcome): void {
    if (this.#over) return
    this.#over = true
    this.#finished(outcome)
  }
}
