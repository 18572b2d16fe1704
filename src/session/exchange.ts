/** One HTTP exchange with Authelia: whole answer or failure, within a deadline, in bounded memory. */
import type { ClientRequest, IncomingMessage } from '../lib/http.ts'
import type { Deadline } from './deadline.ts'
import type { Line } from './line.ts'

export interface Ask {
  readonly method: 'GET' | 'POST'
  readonly path: string
  /** Names and values in turn; values are latin1, as node has them. */
  readonly headers: string[]
  readonly body?: string
}

/** A whole answer. */
export interface Answer {
  readonly status: number
  /** Names and values in turn, the very bytes. */
  readonly headers: readonly Buffer[]
  readonly body: Buffer
}

/** No answer. */
export interface Failure {
  readonly failure: 'refused' | 'timeout' | 'garbage' | 'unsendable'
  /** An error's code; no secret. */
  readonly detail: string
  /** Sent, and nothing came back: the connection may have been closed while idle, so ask on a new one. */
  readonly stale: boolean
}

export const TIMEOUT: Failure = { failure: 'timeout', detail: 'timeout', stale: false }

/** More than any answer of Authelia's API; a page from a wrong port may be endless. */
const LARGEST_BODY = 64 * 1024

const CONNECTING = new Set([
  'ECONNREFUSED',
  'ENOENT',
  'EACCES',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EMFILE',
])
const CUT = new Set(['ECONNRESET', 'EPIPE', 'ECONNABORTED'])

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'error'
}

/** The words for an error of node's or the network's; `answered`: part of an answer had come. */
function failureOf(error: unknown, started: boolean, answered: boolean): Failure {
  const detail = codeOf(error)
  if (detail === 'ETIMEDOUT') return { failure: 'timeout', detail, stale: false }
  if (answered) return { failure: 'garbage', detail, stale: false }
  if (CUT.has(detail)) return { failure: 'refused', detail, stale: started }
  if (CONNECTING.has(detail) || detail.startsWith('ERR_TLS') || !started) {
    return { failure: 'refused', detail, stale: false }
  }
  return { failure: 'garbage', detail, stale: false }
}

/**
 * Sends one request and collects its whole answer. Never rejects; settles when the deadline expires,
 * whatever the connection does, and destroys the connection then, so that a late answer reaches nobody.
 */
export function exchange(line: Line, ask: Ask, deadline: Deadline): Promise<Answer | Failure> {
  if (deadline.expired) return Promise.resolve(TIMEOUT)
  return new Promise(resolve => {
    let request: ClientRequest
    try {
      request = line.send(ask.method, ask.path, headersOf(ask))
    } catch (error) {
      resolve({ failure: 'unsendable', detail: codeOf(error), stale: false })
      return
    }
    let started = false
    let answered = false
    const settle = (result: Answer | Failure) => {
      leave()
      resolve(result)
    }
    const abort = (result: Failure) => {
      settle(result)
      request.destroy()
    }
    const leave = deadline.onExpiry(() => abort(TIMEOUT))

    request.once('socket', socket => {
      if (socket.connecting) {
        socket.once('encrypted' in socket ? 'secureConnect' : 'connect', () => {
          started = true
        })
      } else started = true
    })
    // Stays for good: what comes after the answer is nobody's affair, and must not end the process.
    request.on('error', error => settle(failureOf(error, started, answered)))
    request.once('upgrade', () => abort({ failure: 'garbage', detail: 'an upgrade', stale: false }))
    request.once('response', response => {
      answered = true
      collect(response, settle, abort)
    })
    request.end(ask.body)
  })
}

function headersOf({ headers, body }: Ask): string[] {
  return body === undefined ? headers : [...headers, 'Content-Length', String(Buffer.byteLength(body))]
}

/** Reads an answer to its end. */
function collect(
  response: IncomingMessage,
  settle: (answer: Answer | Failure) => void,
  abort: (failure: Failure) => void,
): void {
  const chunks: Buffer[] = []
  let size = 0
  response.on('data', (chunk: Buffer) => {
    size += chunk.length
    if (size > LARGEST_BODY) abort({ failure: 'garbage', detail: 'body too large', stale: false })
    else chunks.push(chunk)
  })
  response.once('end', () =>
    settle({
      status: response.statusCode ?? 0,
      headers: response.rawHeaders.map(part => Buffer.from(part, 'latin1')),
      body: Buffer.concat(chunks),
    }),
  )
  // Cut off in the middle: an answer that is not whole is none.
  response.on('error', error => settle(failureOf(error, true, true)))
}
