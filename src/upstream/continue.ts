import type { Socket } from 'node:net'

interface Waiting {
  readonly passenger: { readonly waiting: boolean } | undefined
}

const CONTINUE = Buffer.from('HTTP/1.1 100')
const END = Buffer.from('\r\n\r\n')
/** More than any 100 (Continue) is long, in bytes. */
const LIMIT = 4096

/**
 * RFC 9110 section 15.2: a client must be able to take a 1xx that it did not ask for, but undici cuts the
 * connection at a 100. So a 100 that comes while a head is awaited is taken out of what undici reads.
 */
export function swallowContinue(socket: Socket, lane: Waiting): Socket {
  const read = socket.read
  let held: Buffer | undefined
  socket.read = function (this: Socket, size?: number): Buffer | null {
    const chunk: Buffer | null = read.call(this, size)
    if (chunk === null || (held === undefined && !begins(chunk, lane))) return chunk
    const all: Buffer = held === undefined ? chunk : Buffer.concat([held, chunk])
    const end = all.indexOf(END)
    if (end === -1 && all.length < LIMIT) {
      held = all
      return null
    }
    held = undefined
    if (end === -1) return all
    const rest = all.subarray(end + END.length)
    if (rest.length === 0) return null
    if (begins(rest, lane)) socket.unshift(rest)
    return begins(rest, lane) ? this.read() : rest
  }
  return socket
}

function begins(chunk: Buffer, lane: Waiting): boolean {
  return (
    chunk.length >= CONTINUE.length &&
    chunk[9] === 0x31 &&
    chunk[10] === 0x30 &&
    lane.passenger?.waiting === true &&
    chunk.compare(CONTINUE, 0, CONTINUE.length, 0, CONTINUE.length) === 0
  )
}
