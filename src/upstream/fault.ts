import type { Failure, Outcome } from './types.ts'

/** A failure that already knows what it is. */
export class UpstreamError extends Error {
  readonly why: Failure
  readonly code = 'GATEHOUSE_UPSTREAM'
  constructor(why: Failure, detail: string) {
    super(detail)
    this.why = why
  }
}

export const DONE: Outcome = Object.freeze({ kind: 'done' })
export const ABORTED: Outcome = Object.freeze({ kind: 'aborted' })

const SLOW = new Set([
  'UND_ERR_HEADERS_TIMEOUT',
  'UND_ERR_BODY_TIMEOUT',
  'UND_ERR_CONNECT_TIMEOUT',
  'ETIMEDOUT',
])

/** The connection ended before the answer did. */
const CUT = new Set([
  'UND_ERR_SOCKET',
  'UND_ERR_CLOSED',
  'UND_ERR_DESTROYED',
  'UND_ERR_RES_CONTENT_LENGTH_MISMATCH',
  'HPE_INVALID_EOF_STATE',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** Puts any error of undici or Node into the few words that a page and a log need. */
export function failed(error: unknown, sent: boolean): Outcome {
  const detail = error instanceof Error ? error.message : String(error)
  return { kind: 'failed', why: whyOf(error, sent), sent, detail }
}

function whyOf(error: unknown, sent: boolean): Failure {
  if (error instanceof UpstreamError) return error.why
  const code = codeOf(error)
  // Undici's name for any fault in a head that has a length, two lengths among them.
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH' && !sent) return 'protocol'
  if (SLOW.has(code)) return 'slow'
  if (CUT.has(code)) return 'cut'
  return 'protocol'
}

/** Whether the connection was closed under a request, as it happens with one kept alive too long. */
export function isClosed(error: unknown): boolean {
  return CUT.has(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
