/** The answer to bytes that are no request. */
import type { Socket } from 'node:net'
import { codeOf } from './start-fault.ts'

/** By the error's code; the parser's begin with HPE_. */
const ANSWERS: Readonly<Record<string, string>> = {
  HPE_HEADER_OVERFLOW: '431 Request Header Fields Too Large',
  HPE_CHUNK_EXTENSIONS_OVERFLOW: '413 Payload Too Large',
  ERR_HTTP_REQUEST_TIMEOUT: '408 Request Timeout',
}

/** What node's HTTP/1 server keeps of the answer that is under way on a socket. */
interface HttpSocket extends Socket {
  readonly _httpMessage?: { readonly headersSent: boolean } | null
}

/**
 * Answers in one line and ends the connection, for nothing that follows can be told apart any more. Node
 * does the same by itself, but over TLS it destroys the socket before the answer is out. Where an answer
 * is under way already, nothing may be mixed into it.
 */
export function answerBadRequest(error: Error, socket: HttpSocket): void {
  const code = codeOf(error) ?? ''
  const status = ANSWERS[code] ?? (code.startsWith('HPE_') ? '400 Bad Request' : undefined)
  // No status: a reset, or a TLS handshake that failed or never came, over which nothing can be said.
  if (status === undefined || !socket.writable || socket._httpMessage?.headersSent) {
    socket.destroy()
    return
  }
  socket.write(`HTTP/1.1 ${status}\r\nConnection: close\r\n\r\n`)
  socket.destroySoon()
}
