import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Http2ServerRequest, Http2ServerResponse } from 'node:http2'
import type { Duplex } from 'node:stream'

/** What of an app's configuration the transport needs; the whole App fits. Durations in ms. */
export interface Target {
  readonly upstream: {
    readonly kind: 'http' | 'https' | 'unix'
    /** `http://127.0.0.1:8080`; for a unix socket `http://localhost`. */
    readonly origin: string
    /** The socket's path, for `unix`. */
    readonly socket?: string
  }
  readonly upstream_tls?: {
    /** A PEM file: the only authorities believed. */
    readonly ca?: string
    /** SHA-256 of the leaf certificate, plain hex or with colons; asked instead of a chain. */
    readonly fingerprint?: string
    readonly insecure_skip_verify?: boolean
  }
  readonly timeouts: {
    /** Until the connection stands, TLS included. */
    readonly connect: number
    /** From the sent request to the head of its answer. */
    readonly first_byte: number
    /** Between two pieces of an answer; 0 waits for ever. */
    readonly idle: number
  }
}

/** A request as the upstream shall see it. Strings are Latin-1: one character a byte. */
export interface Head {
  readonly method: string
  /** Origin form, starting with `/`. */
  readonly target: string
  /**
   * Flat: name, value, name, value. Complete: Host, forwarded and identity headers set, hop-by-hop ones
   * removed, Content-Length as the client sent it.
   */
  readonly headers: readonly string[]
  /**
   * Which trailer fields of the request may pass (lower-case name). Absent: none, since a trailer is a way
   * around whatever was stripped from the head.
   */
  readonly trailer?: (name: string) => boolean
}

/** Turns the upstream's head into the client's. Both lists are flat, hop-by-hop headers already removed. */
export type Edit = (status: number, headers: string[]) => string[]

export type Failure = 'down' | 'slow' | 'cut' | 'certificate' | 'protocol'

/** How it went. Never rejected: whatever happens is one of these. */
export type Outcome =
  | { readonly kind: 'done' }
  /** The client went away first. */
  | { readonly kind: 'aborted' }
  | {
      readonly kind: 'failed'
      readonly why: Failure
      /** A head had gone out, so the client's connection (h2: its stream) was cut. Else: answer it yourself. */
      readonly sent: boolean
      /** For the log; names the upstream's address, so not for the page. */
      readonly detail: string
    }

export type Request = IncomingMessage | Http2ServerRequest
export type Response = ServerResponse | Http2ServerResponse

/** The connections to one app. */
export interface Upstream {
  /** Sends the request on and streams the answer back. */
  pass(req: Request, res: Response, head: Head, edit: Edit): Promise<Outcome>
  /**
   * Sends an `Upgrade: websocket` on; a 101 joins both sockets until they end, any other answer is passed
   * on and closes the client's connection.
   */
  splice(req: IncomingMessage, socket: Duplex, first: Buffer, head: Head, edit: Edit): Promise<Outcome>
  /** Keeps no idle connection any longer; resolves when nothing is in flight. Late requests still pass. */
  close(): Promise<void>
  /** Cuts everything at once; a later request fails as `down`. */
  destroy(): Promise<void>
}
