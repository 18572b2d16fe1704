import type { Socket } from 'node:net'
import { Client } from 'undici'
import { swallowContinue } from './continue.ts'
import type { Dial } from './dial.ts'
import { UpstreamError } from './fault.ts'
import type { Target } from './types.ts'

/** A kept-alive connection is left after this long, in ms: below the 5 s of Node and Apache and all longer ones. */
const KEEP_ALIVE = 4_000
/** This much sooner than the upstream says it will close, in ms, for the way there. */
const KEEP_ALIVE_MARGIN = 1_000
/** The head of an answer, in bytes; Node's own 16 KiB are too few for apps that set long policies and cookies. */
const MAX_HEAD = 64 * 1024

/** What a lane asks of the request on it. */
export interface Passenger {
  /** No final head has begun to come. */
  readonly waiting: boolean
}

/**
 * One connection to the upstream, with one request at a time on it. Undici's own Pool would take any idle
 * connection for a second try and never forgets a client; its Client does all that is hard.
 */
export class Lane {
  readonly client: Client
  /** The connection, or the one that is being made. */
  socket: Socket | undefined
  /** How many requests this connection has carried. */
  served = 0
  passenger: Passenger | undefined

  /** `gone` is called when an idle lane has lost its connection. */
  constructor(dial: Dial, timeouts: Target['timeouts'], gone: (lane: Lane) => void) {
    // The origin is never dialled nor shown: `connect` knows the way, and every request brings its Host.
    this.client = new Client('http://upstream', {
      pipelining: 1,
      keepAliveTimeout: KEEP_ALIVE,
      keepAliveMaxTimeout: KEEP_ALIVE,
      keepAliveTimeoutThreshold: KEEP_ALIVE_MARGIN,
      headersTimeout: timeouts.first_byte,
      bodyTimeout: timeouts.idle,
      maxHeaderSize: MAX_HEAD,
      strictContentLength: true,
      connect: (_options, callback) => {
        this.served = 0
        this.socket = dial((error, socket) => {
          if (socket === null) callback(error ?? new UpstreamError('down', 'no connection'), null)
          else callback(null, swallowContinue(socket, this))
        })
      },
    })
    this.client.on('disconnect', () => {
      this.served = 0
      if (this.passenger === undefined) gone(this)
    })
  }

  /** Cuts the connection and whatever is on it. */
  destroy(): void {
    this.socket?.destroy()
    this.client.destroy().catch(() => {})
  }
}
