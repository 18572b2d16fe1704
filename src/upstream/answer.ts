/** How an answer is written to the client, over HTTP/1.1 and HTTP/2 alike. */

import { constants } from 'node:http2'
import type { Socket } from 'node:net'
import { TLSSocket } from 'node:tls'
import { ServerResponse, STATUS_CODES, validateHeaderName, validateHeaderValue } from '../lib/http.ts'
import { has, without } from './hop.ts'
import type { Request, Response } from './types.ts'

/**
 * Of these HTTP/2 takes one line only, and Node throws at a second (two proxies that both say nosniff are
 * common): the first counts.
 */
const SINGLE = new Set(
  (
    'access-control-allow-credentials access-control-max-age age content-encoding content-language ' +
    'content-length content-location content-md5 content-range content-type date etag expires ' +
    'last-modified location retry-after server tk x-content-type-options'
  ).split(' '),
)
const LENGTH = new Set(['content-length'])
const TRAILER = new Set(['trailer'])
/** RFC 9110 section 6.5.1: what frames or routes a message, or sets a cookie, is no trailer. */
const NEVER_TRAILER = new Set(
  (
    'connection content-encoding content-length content-range content-type cookie host keep-alive ' +
    'proxy-connection set-cookie set-cookie2 te trailer transfer-encoding upgrade'
  ).split(' '),
)
const REASON = /^[\t\x20-\x7e]*$/

/**
 * Writes the head; Node adds the framing.
 * @throws {Error} when a name or value could break out of the head (ERR_INVALID_CHAR and the like).
 */
export function writeHead(req: Request, res: Response, status: number, reason: string, flat: string[]): void {
  // RFC 9110 section 8.6: a 204 has no Content-Length.
  let headers = status === 204 ? without(flat, LENGTH) : flat
  if (!(res instanceof ServerResponse)) {
    res.writeHead(status, firstOfSingles(headers))
    return
  }
  // Node throws at a Trailer header where it does not write chunks.
  if (has(headers, 'trailer') && !chunks(req, res, status, headers)) headers = without(headers, TRAILER)
  const words = reason !== '' && REASON.test(reason) ? reason : (STATUS_CODES[status] ?? '')
  res.writeHead(status, words, headers)
}

function chunks(req: Request, res: ServerResponse, status: number, headers: string[]): boolean {
  const bodyless = req.method === 'HEAD' || status === 204 || status === 304
  return !bodyless && res.useChunkedEncodingByDefault && !has(headers, 'content-length')
}

function firstOfSingles(flat: string[]): string[] {
  const seen = new Set<string>()
  const kept: string[] = []
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = (flat[i] ?? '').toLowerCase()
    if (SINGLE.has(name)) {
      if (seen.has(name)) continue
      seen.add(name)
    }
    // Node looks for line breaks in HTTP/1.1 alone; a client that goes on in HTTP/1.1 would meet them.
    const value = flat[i + 1] ?? ''
    validateHeaderName(name)
    validateHeaderValue(name, value)
    kept.push(name, value)
  }
  return kept
}

/** The longest body, in bytes, that is sent as one string with its head. */
const SMALL = 8 * 1024

/**
 * Writes the last piece of the body: `bytes` from `start` to `end`. A small one leaves in one write with a
 * head that has not gone yet, since Node joins strings alone: 4 us less of a request's 40.
 */
export function end(res: Response, bytes: Buffer, start: number, end: number): void {
  if (res instanceof ServerResponse && end - start <= SMALL) {
    res.end(bytes.toString('latin1', start, end), 'latin1')
  } else res.end(Buffer.from(bytes.subarray(start, end)))
}

/** Sends the head now, though no byte of the body has come: an event stream may be silent for long. */
export function flushHead(res: Response): void {
  if (res instanceof ServerResponse) res.flushHeaders()
}

/**
 * What Node's own pattern for links takes too, read in one way only: Node's tries 4^n ways with n parameters
 * like `a=a=a=a` before it refuses a link, and one hostile app would stop the gateway for all others.
 */
const LINK = /^<[^>]*>(?:\s*;\s*[^;"=\s]+(?:=(?:"[^;"\s]*"|[^;"\s]*))?)*$/
/** Bytes that wait for a client; hints for one that does not read would pile up without end. */
const MOST_WAITING = 16 * 1024
/** What an interim answer weighs beside its links, in bytes. */
const INTERIM = 32

/**
 * Passes on an interim answer: the links of a 103 (RFC 8297) and a bare 102. Others say nothing to a
 * browser and are dropped, as is all else in a 103, which has not been through `edit`.
 * @returns the bytes that it took, roughly; 0 where it was dropped
 */
export function inform(req: Request, res: Response, status: number, flat: readonly string[]): number {
  // RFC 9110 section 15.2: HTTP/1.0 knows no 1xx.
  if (res.headersSent || (req.httpVersionMajor === 1 && req.httpVersionMinor === 0)) return 0
  try {
    if (req.socket.writableLength > MOST_WAITING) return 0
    if (status === 103) {
      const link: string[] = []
      for (let i = 0; i + 1 < flat.length; i += 2) {
        const value = flat[i + 1] ?? ''
        if (flat[i]?.toLowerCase() === 'link' && LINK.test(value)) link.push(value)
      }
      if (link.length === 0) return 0
      res.writeEarlyHints({ link })
      return link.reduce((sum, value) => sum + value.length, INTERIM)
    }
    if (status !== 102) return 0
    if (res instanceof ServerResponse) res.writeProcessing()
    else res.stream.additionalHeaders({ ':status': 102 })
    return INTERIM
  } catch {
    // Whatever Node finds wrong with it: a hint is not worth an answer.
    return 0
  }
}

/**
 * Adds the trailers of an answer, before its end.
 * @throws {Error} as writeHead does.
 */
export function addTrailers(res: Response, flat: readonly string[]): void {
  const fields = fitTrailers(flat, () => true)
  if (fields.length === 0) return
  if (res instanceof ServerResponse) {
    res.addTrailers(fields)
    return
  }
  const object: Record<string, string[]> = {}
  for (const [name, value] of fields) {
    const key = name.toLowerCase()
    object[key] = [...(object[key] ?? []), value]
  }
  res.addTrailers(object)
}

/** The trailer fields that may be passed on, as pairs. */
export function fitTrailers(flat: readonly string[], may: (name: string) => boolean): [string, string][] {
  const fields: [string, string][] = []
  for (let i = 0; i + 1 < flat.length; i += 2) {
    const name = flat[i] ?? ''
    const lower = name.toLowerCase()
    if (!NEVER_TRAILER.has(lower) && may(lower)) fields.push([name, flat[i + 1] ?? ''])
  }
  return fields
}

/** Cuts an answer short so that the client cannot take it for a whole one. */
export function cut(res: Response): void {
  if (!(res instanceof ServerResponse)) {
    res.stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  const socket = res.socket
  // To HTTP/1.0 the end of the connection is the end of the body, so it has to be a reset.
  if (!res.useChunkedEncodingByDefault && socket && isTcp(socket)) socket.resetAndDestroy()
  else res.destroy()
}

/** Only a bare TCP socket can be reset; Node throws at a unix socket. */
function isTcp(socket: Socket): boolean {
  return !(socket instanceof TLSSocket) && socket.remoteFamily !== undefined && !socket.destroyed
}
