import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { has, without, withoutHops } from './hop.ts'
import { rawHead } from './raw-head.ts'
import type { Edit } from './types.ts'

/** How long the client has to close its end after ours, in ms. */
const LINGER = 2_000
const FRAMING = new Set(['connection', 'keep-alive', 'trailer', 'transfer-encoding', 'upgrade'])

/**
 * Passes on the upstream's own answer to an upgrade, and closes: whatever the client sends after a refused
 * upgrade would otherwise be taken for a request that nobody has authorised (oauth2-proxy#1347).
 * @throws {Error} when either side breaks on the way; the client's connection is cut then.
 */
export async function passRefusal(answer: IncomingMessage, client: Duplex, edit: Edit): Promise<void> {
  const status = answer.statusCode ?? 502
  const flat = without(edit(status, withoutHops(answer.rawHeaders.slice())), FRAMING)
  const chunked = !has(flat, 'content-length') && status !== 204 && status !== 304
  if (chunked) flat.push('Transfer-Encoding', 'chunked')
  flat.push('Connection', 'close')
  client.resume()
  client.write(rawHead(status, flat))
  if (chunked) await pipeline(answer, chunks, client)
  else await pipeline(answer, client)
  const linger = setTimeout(() => client.destroy(), LINGER)
  client.once('close', () => clearTimeout(linger))
  if (client.destroyed) clearTimeout(linger)
}

/** RFC 9112 section 7.1. The answer may not end with the connection: a cut one would look whole. */
async function* chunks(body: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  for await (const piece of body) {
    if (piece.length === 0) continue
    yield Buffer.from(`${piece.length.toString(16)}\r\n`)
    yield piece
    yield Buffer.from('\r\n')
  }
  yield Buffer.from('0\r\n\r\n')
}
