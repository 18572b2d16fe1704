import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'

/** Once one side has said its last word, the other has this long between two of its own, in ms. */
const HALF_OPEN = 60_000

/** How two joined sockets ended: well, or with the side that broke. */
export type Parting = { readonly side?: 'client' | 'upstream'; readonly error?: Error }

/**
 * Joins two sockets until both are closed. Node's pipes bring the backpressure: a reader that stalls stops
 * the writer, with two socket buffers between them. A side that ends is ended on the other side too
 * (half-close); a side that breaks takes the other with it.
 *
 * @param idle ms without a byte in either direction after which both are cut; 0 waits for ever
 */
export function join(client: Duplex, upstream: Socket, idle: number, done: (parting: Parting) => void): void {
  let parting: Parting = {}
  let open = 2
  const watch = (own: Duplex, other: Duplex, side: 'client' | 'upstream') => {
    own.on('error', error => {
      if (parting.side === undefined) parting = { side, error }
    })
    own.once('end', () => {
      for (const socket of [client, upstream])
        expire(socket, idle > 0 ? Math.min(idle, HALF_OPEN) : HALF_OPEN)
    })
    own.once('close', () => {
      const well = own.readableEnded && own.errored === null
      if (!well || other.writableFinished) other.destroy()
      else other.once('finish', () => other.destroy())
      open--
      if (open === 0) done(parting)
    })
    own.pipe(other)
  }
  expire(upstream, idle)
  watch(client, upstream, 'client')
  watch(upstream, client, 'upstream')
}

function expire(socket: Duplex, ms: number): void {
  if (!(socket instanceof Socket)) return
  socket.setTimeout(ms)
  if (ms > 0 && socket.listenerCount('timeout', cutOff) === 0) socket.on('timeout', cutOff)
}

function cutOff(this: Socket): void {
  this.destroy()
}
