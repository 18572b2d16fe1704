/**
 * Asks the library as its web server would, without one: with the headers that are given and no others, and
 * with the answer in hand before anything is written.
 */
import { Readable } from 'node:stream'
import { type IncomingMessage, ServerResponse } from '../../lib/http.ts'

export interface Asking {
  readonly method: string
  /** Path and query. */
  readonly target: string
  readonly host: string
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export interface Told {
  readonly status: number
  /** Names in lower case; of several values the first. */
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Listener = (req: IncomingMessage, res: ServerResponse) => unknown

function requestOf({ method, target, host, headers, body }: Asking): IncomingMessage {
  const bytes = Buffer.from(body, 'utf8')
  const socket = { encrypted: true, remoteAddress: '127.0.0.1', readable: true, writable: true }
  const length = bytes.length === 0 ? {} : { 'content-length': String(bytes.length) }
  return Object.assign(Readable.from(bytes.length === 0 ? [] : [bytes], { objectMode: false }), {
    method,
    url: target,
    headers: { host, ...length, ...headers },
    rawHeaders: [],
    httpVersion: '1.1',
    httpVersionMajor: 1,
    httpVersionMinor: 1,
    complete: true,
    socket,
  }) as unknown as IncomingMessage
}

function toldBy(res: ServerResponse, chunks: readonly Buffer[]): Told {
  const headers = Object.entries(res.getHeaders()).flatMap(([name, value]) => {
    const first = Array.isArray(value) ? value[0] : value
    return first === undefined ? [] : [[name, String(first)] as const]
  })
  const body = Buffer.concat(chunks).toString('utf8')
  return { status: res.statusCode, headers: Object.fromEntries(headers), body }
}

/** Never rejects for what is asked: the library answers its own errors. */
export function ask(listener: Listener, asking: Asking): Promise<Told> {
  return new Promise((resolve, reject) => {
    const req = requestOf(asking)
    const res = new ServerResponse(req)
    const chunks: Buffer[] = []
    const take = (chunk: unknown) => {
      if (typeof chunk === 'string' || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string))
    }
    res.write = (chunk: unknown) => {
      take(chunk)
      return true
    }
    res.end = (chunk?: unknown) => {
      take(chunk)
      resolve(toldBy(res, chunks))
      return res
    }
    Promise.resolve(listener(req, res)).catch(reject)
  })
}
