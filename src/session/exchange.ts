/** One HTTP exchange with Authelia: whole answer or failure, within a deadline, in bounded memory. */
import type { Dispatcher } from 'undici'
import type { Deadline } from './deadline.ts'

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
  'UND_ERR_DESTROYED',
  'UND_ERR_CLOSED',
])
const CUT = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE', 'ECONNABORTED'])
const SLOW = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT'])

function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'error'
  if ('code' in error && typeof error.code === 'string') return error.code
  return error instanceof Error ? error.name : 'error'
}

/** The words for an error of undici's or the network's; `answered`: part of an answer had come. */
function failureOf(error: unknown, started: boolean, answered: boolean): Failure {
  const detail = codeOf(error)
  if (detail === 'UND_ERR_INVALID_ARG') return { failure: 'unsendable', detail, stale: false }
  if (SLOW.has(detail)) return { failure: 'timeout', detail, stale: false }
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
export function exchange(pool: Dispatcher, ask: Ask, deadline: Deadline): Promise<Answer | Failure> {
  if (deadline.expired) return Promise.resolve(TIMEOUT)
  return new Promise(resolve => {
    let done = false
    let controller: Dispatcher.DispatchController | undefined
    let status = 0
    let headers: readonly Buffer[] = []
    const chunks: Buffer[] = []
    let size = 0

    const settle = (result: Answer | Failure) => {
      if (done) return
      done = true
      leave()
      resolve(result)
    }
    const abort = (result: Failure) => {
      settle(result)
      controller?.abort(new Error(result.detail))
    }
    const leave = deadline.onExpiry(() => abort(TIMEOUT))

    pool.dispatch(
      {
        method: ask.method,
        path: ask.path,
        headers: ask.headers,
        ...(ask.body === undefined ? {} : { body: ask.body }),
      },
      {
        onRequestStart(started) {
          controller = started
          // Its time ran out while it waited for a connection.
          if (done) started.abort(new Error('timeout'))
        },
        onResponseStart(started, code) {
          // 1xx: the answer is still to come.
          if (code < 200) return
          status = code
          headers = rawHeaders(started.rawHeaders)
        },
        onResponseData(_controller, chunk) {
          size += chunk.length
          if (size > LARGEST_BODY) abort({ failure: 'garbage', detail: 'body too large', stale: false })
          else chunks.push(Buffer.from(chunk))
        },
        onResponseEnd() {
          settle({ status, headers, body: Buffer.concat(chunks) })
        },
        onResponseError(_controller, error) {
          settle(failureOf(error, controller !== undefined, status !== 0))
        },
      },
    )
  })
}

/** Undici's type allows other shapes, which its HTTP/1.1 never gives. */
function rawHeaders(raw: unknown): readonly Buffer[] {
  if (!Array.isArray(raw)) return []
  return raw.map(part => (Buffer.isBuffer(part) ? part : Buffer.from(String(part), 'latin1')))
}
