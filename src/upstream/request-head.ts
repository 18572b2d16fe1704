/** The head of a request as it goes to the upstream: its lines, and how its body is framed. */
import { headerName } from '../lib/headers.ts'
import { fitTrailers } from './answer.ts'
import { UpstreamError } from './fault.ts'
import type { Head } from './types.ts'

/** How a request's body is told from what follows it. */
export type Framing = 'none' | 'chunked' | number

export interface RequestHead {
  readonly text: string
  /** A number is the length, in bytes. */
  readonly framing: Framing
  /** Its Authorization may count for the connection, and so for whoever is the next on it. */
  readonly binds: boolean
}

/** RFC 4559 and NTLM authenticate a connection: what comes after on it is the same person's to the app. */
const BINDS = /^\s*(?:ntlm|negotiate)\b/i

/** What a value may consist of (RFC 9110 section 5.5); a line break would begin a header of its own. */
const BAD_VALUE = /[^\t\x20-\x7e\x80-\xff]/
const BAD_TARGET = /[^\x21-\x7e\x80-\xff]/
const METHOD = /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/
const LENGTH = /^[0-9]{1,15}$/
/** RFC 9110 section 8.6: these say that there is no body. */
const EXPECT_BODY = new Set(['POST', 'PUT', 'PATCH'])

/**
 * Writes the head. The connection's own headers are left out and set anew: framing is decided here, once,
 * by what is written, so that no two programs can read it differently.
 * @param announced trailer fields that follow the body; it is sent in chunks then
 * @throws UpstreamError for what could break out of its line, or says two things about its length
 */
export function requestHead(head: Head, hasBody: boolean, announced: readonly string[]): RequestHead {
  const { method, target, headers } = head
  if (target.charCodeAt(0) !== 0x2f || BAD_TARGET.test(target)) throw fault('the target is not a path')
  if (!METHOD.test(method)) throw fault('the method is no token')
  let length: number | undefined
  let binds = false
  let text = `${method} ${target} HTTP/1.1\r\n`
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const { lower, isToken, framing } = headerName(name)
    if (framing) {
      if (lower !== 'content-length') continue
      if (length !== undefined || !LENGTH.test(value)) throw fault('a length that is none')
      length = Number(value)
      continue
    }
    if (!isToken || BAD_VALUE.test(value)) throw fault('a header that could break out of its line')
    if (lower === 'authorization' && BINDS.test(value)) binds = true
    text += `${name}: ${value}\r\n`
  }
  const framing = framingOf(length, hasBody, announced)
  if (framing === 'chunked') text += 'Transfer-Encoding: chunked\r\n'
  else if (typeof framing === 'number' || length === 0 || EXPECT_BODY.has(method)) {
    text += `Content-Length: ${length ?? 0}\r\n`
  }
  if (announced.length > 0) text += `Trailer: ${announced.join(', ')}\r\n`
  return { text: `${text}Connection: keep-alive\r\n\r\n`, framing, binds }
}

function framingOf(length: number | undefined, hasBody: boolean, announced: readonly string[]): Framing {
  if (!hasBody) {
    // The upstream would take the next request for the body (request smuggling).
    if (length !== undefined && length > 0) throw fault('a length without a body')
    return 'none'
  }
  return length === undefined || announced.length > 0 ? 'chunked' : length
}

/** Trailer fields as lines. @throws UpstreamError as requestHead does */
export function trailerLines(flat: readonly string[], may: (name: string) => boolean): string {
  let text = ''
  for (const [name, value] of fitTrailers(flat, may)) {
    if (!headerName(name).isToken || BAD_VALUE.test(value)) throw fault('a trailer that could break out')
    text += `${name}: ${value}\r\n`
  }
  return text
}

function fault(detail: string): UpstreamError {
  return new UpstreamError('protocol', detail)
}
