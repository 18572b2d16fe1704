/** HTTP byte by byte, for requests that no decent client would send. */
import { connect, type Socket } from 'node:net'
import { addAbortSignal } from 'node:stream'
import { connect as connectTls } from 'node:tls'

export interface RawAnswer {
  readonly status: number
  /** Name in lower case and value, in order, repeated ones too. */
  readonly headers: readonly (readonly [string, string])[]
  /** The first value of a header, or undefined. */
  header(name: string): string | undefined
  readonly body: string
}

/** An answer as it stands in the bytes, or undefined where it is not whole. @returns the answer and how long it is */
export function parseAnswer(
  bytes: Buffer,
  method = 'GET',
  ended = false,
): { answer: RawAnswer; length: number } | undefined {
  const end = bytes.indexOf('\r\n\r\n')
  if (end < 0) return undefined
  const [first = '', ...lines] = bytes.subarray(0, end).toString('latin1').split('\r\n')
  const status = Number(/^HTTP\/1\.[01] (\d{3})/.exec(first)?.[1])
  const headers = lines.map(line => {
    const colon = line.indexOf(':')
    return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()] as const
  })
  const header = (name: string): string | undefined => headers.find(([key]) => key === name)?.[1]
  const rest = bytes.subarray(end + 4)
  const whole = (body: Buffer, length: number) => ({
    answer: { status, headers, header, body: body.toString('utf8') },
    length: end + 4 + length,
  })
  if (method === 'HEAD' || status === 204 || status === 304 || (status >= 100 && status < 200))
    return whole(Buffer.alloc(0), 0)
  if (header('transfer-encoding')?.toLowerCase() === 'chunked') {
    const chunks = dechunk(rest)
    return chunks && whole(chunks.body, chunks.length)
  }
  const length = header('content-length')
  if (length !== undefined)
    return rest.length < Number(length) ? undefined : whole(rest.subarray(0, Number(length)), Number(length))
  return ended ? whole(rest, rest.length) : undefined
}

function dechunk(bytes: Buffer): { body: Buffer; length: number } | undefined {
  const parts: Buffer[] = []
  for (let at = 0; ; ) {
    const line = bytes.indexOf('\r\n', at)
    if (line < 0) return undefined
    const size = Number.parseInt(bytes.subarray(at, line).toString('latin1'), 16)
    if (size === 0) {
      const trailers = bytes.subarray(line, line + 4).equals(Buffer.from('\r\n\r\n'))
        ? line
        : bytes.indexOf('\r\n\r\n', line)
      return trailers < 0 ? undefined : { body: Buffer.concat(parts), length: trailers + 4 }
    }
    if (bytes.length < line + 2 + size + 2) return undefined
    parts.push(bytes.subarray(line + 2, line + 2 + size))
    at = line + 2 + size + 2
  }
}

export interface RawConnection {
  readonly socket: Socket
  write(bytes: string | Buffer): void
  /** The next answer; 1xx count as answers. Rejects where the connection ends without one. */
  answer(method?: string): Promise<RawAnswer>
  /** What came and is no answer yet. */
  rest(): Buffer
  /** Resolves when the other side has ended the connection. */
  readonly closed: Promise<void>
  destroy(): void
}

/** A TLS server on 127.0.0.1. */
export interface TlsPort {
  readonly port: number
  readonly host: string
  /** The authority that signed its certificate, in PEM. */
  readonly ca: string
  /** The client's own address on loopback. */
  readonly from?: string
}

/** A plain server on 127.0.0.1, seen from another address of loopback. */
export interface PortFrom {
  readonly port: number
  readonly from: string
}

/** A port of 127.0.0.1, a unix socket, or one of the above. */
type Place = number | string | TlsPort | PortFrom

function dial(to: Place): Socket {
  if (typeof to === 'number') return connect(to, '127.0.0.1')
  if (typeof to === 'string') return connect(to)
  const { port, from = '127.0.0.1' } = to
  const socket = connect({ port, host: '127.0.0.1', localAddress: from })
  return 'ca' in to ? connectTls({ socket, servername: to.host, ca: to.ca }) : socket
}

/** Opens a connection. `signal` ends it. */
export async function openRaw(to: Place, signal?: AbortSignal): Promise<RawConnection> {
  const socket = dial(to)
  if (signal !== undefined) addAbortSignal(signal, socket)
  let held = Buffer.alloc(0)
  let ended = false
  const waiting = new Set<() => void>()
  const wake = (): void => {
    for (const look of waiting) look()
  }
  socket.on('data', chunk => {
    held = Buffer.concat([held, chunk])
    wake()
  })
  const closed = new Promise<void>(resolve => {
    const end = (): void => {
      ended = true
      resolve()
      wake()
    }
    socket.once('end', end)
    socket.once('close', end)
  })
  await new Promise<void>((resolve, reject) => {
    socket.once(typeof to === 'object' && 'ca' in to ? 'secureConnect' : 'connect', resolve)
    socket.once('error', reject)
  })
  socket.on('error', () => {}) // a reset is an ending like another here
  return {
    socket,
    write: bytes => void socket.write(typeof bytes === 'string' ? Buffer.from(bytes, 'latin1') : bytes),
    answer: method =>
      new Promise((resolve, reject) => {
        const look = (): void => {
          const found = parseAnswer(held, method, ended)
          if (found === undefined && !ended) return
          waiting.delete(look)
          if (found === undefined) {
            reject(
              new Error(`the connection ended without an answer: ${JSON.stringify(held.toString('latin1'))}`),
            )
            return
          }
          held = held.subarray(found.length)
          resolve(found.answer)
        }
        waiting.add(look)
        look()
      }),
    rest: () => held,
    closed,
    destroy: () => void socket.destroy(),
  }
}

/** Sends bytes on a connection of their own and gives the first final answer. */
export async function raw(to: Place, bytes: string | Buffer): Promise<RawAnswer> {
  const connection = await openRaw(to)
  try {
    connection.write(bytes)
    const method = /^[A-Z]+/.exec(bytes.toString('latin1'))?.[0]
    for (;;) {
      const answer = await connection.answer(method)
      if (answer.status >= 200 || answer.status === 101) return answer
    }
  } finally {
    connection.destroy()
  }
}

/** Milliseconds by which a connection is answered or closed. */
const PATIENCE = 5000

/** A connection's bytes in, the statuses of its first two answers out, or how it went on without them. */
export async function answers(to: number | string, sent: string): Promise<(number | 'closed' | 'waits')[]> {
  const signal = AbortSignal.timeout(PATIENCE)
  const connection = await openRaw(to, signal)
  const found: (number | 'closed' | 'waits')[] = []
  try {
    connection.write(sent)
    while (found.length < 2) found.push((await connection.answer()).status)
  } catch {
    found.push(signal.aborted ? 'waits' : 'closed')
  } finally {
    connection.destroy()
  }
  return found
}

/** A request in bytes: the line, the headers as given, and the body with nothing added. */
export function bytes(line: string, headers: readonly (readonly [string, string])[], body = ''): string {
  return `${line} HTTP/1.1\r\n${headers.map(([name, value]) => `${name}: ${value}\r\n`).join('')}\r\n${body}`
}
