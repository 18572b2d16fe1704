import { Refusal } from '../fault.ts'
import type { UpstreamAddress } from '../model.ts'
import { asText, scalar } from './scalar.ts'
import { readOrigin } from './url.ts'

const example = 'http://127.0.0.1:8080'

/** Reads where an app listens: `http://…`, `https://…` or `unix:/path`. */
export function readUpstream(input: unknown): UpstreamAddress {
  if (input === undefined) throw new Refusal('Where the app listens is missing.', example)
  if (typeof input === 'number')
    throw new Refusal('A URL is wanted here, not the port alone.', `http://127.0.0.1:${input}`)
  const written = asText(input, example)
  const unix = /^unix:(?:\/\/)?(.*)$/.exec(written)
  if (unix !== null) {
    const socket = unix[1] ?? ''
    if (!/^\/[^\0]+$/.test(socket) || socket.endsWith('/')) {
      throw new Refusal('A socket is written with its whole path.', 'unix:/run/app/app.sock')
    }
    if (written.startsWith('unix://'))
      throw new Refusal('A socket is written with one slash.', `unix:${socket}`)
    return { kind: 'unix', origin: 'http://localhost', host: 'localhost', socket }
  }
  if (written.startsWith('/')) throw new Refusal('A socket needs "unix:" in front.', `unix:${written}`)
  const read = readOrigin(written, example)
  return { kind: read.scheme, origin: read.origin, host: new URL(read.origin).host }
}

export const upstream = scalar(readUpstream, {
  type: 'string',
  pattern: '^(https?://[^/?#@]+/?|unix:/.+)$',
  'x-type': 'http, https or unix address',
  'x-example': example,
})
