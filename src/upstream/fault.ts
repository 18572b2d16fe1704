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

/** The connection ended before the answer did. */
const CUT = new Set([
  'HPE_INVALID_EOF_STATE',
  'ECONNRESET',
  'ECONNABORTED',
  'EPIPE',
  'ERR_STREAM_PREMATURE_CLOSE',
])

/** Puts any error of Node's into the few words that a page and a log need. */
export function failed(error: unknown, sent: boolean): Outcome {
  const detail = error instanceof Error ? error.message : String(error)
  return { kind: 'failed', why: whyOf(error), sent, detail }
}

function whyOf(error: unknown): Failure {
  if (error instanceof UpstreamError) return error.why
  const code = codeOf(error)
  if (code === 'ETIMEDOUT') return 'slow'
  if (CUT.has(code)) return 'cut'
  return 'protocol'
}

/** Whether the connection was closed under a request, as it happens with one kept alive too long. */
export function isClosed(error: unknown): boolean {
  return error instanceof UpstreamError ? error.why === 'cut' : CUT.has(codeOf(error))
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : ''
}
