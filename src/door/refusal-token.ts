/**
 * A refusal on its way round NGINX: auth_request throws the answer to a question away but for its status,
 * so what was decided goes along in a header and comes back with the request for the refusal's page. Asking
 * anew would cost Authelia a second look at a wrong password, and the visitor a second step toward a ban.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Answer } from '../authz/exchange.ts'
import type { Asked } from './question.ts'

/** An answer that is told to the visitor. */
export type Told = Extract<Answer, { kind: 'redirect' | 'refuse' }>

/** NGINX reads a head of 4 KB (proxy_buffer_size); what is longer is decided anew. */
const LONGEST = 2_000

function digest(secret: Buffer, asked: Asked, body: string): Buffer {
  // JSON, so that no text in one place can pass for another's.
  const bound = JSON.stringify([asked.method, asked.scheme, asked.host, asked.target, body])
  return createHmac('sha256', secret).update(bound).digest()
}

/** The header's value; undefined where the answer is too long for one. It holds for this very request alone. */
export function sealRefusal(secret: Buffer, asked: Asked, told: Told): string | undefined {
  const body = Buffer.from(JSON.stringify(told), 'utf8').toString('base64url')
  if (body.length > LONGEST) return undefined
  return `${body}.${digest(secret, asked, body).toString('base64url')}`
}

/** What a sealed value says, if it is ours and of this request. */
export function openRefusal(secret: Buffer, asked: Asked, value: string): Told | undefined {
  const at = value.indexOf('.')
  if (at < 0) return undefined
  const body = value.slice(0, at)
  const given = Buffer.from(value.slice(at + 1), 'base64url')
  const right = digest(secret, asked, body)
  if (given.length !== right.length || !timingSafeEqual(given, right)) return undefined
  return JSON.parse(Buffer.from(body, 'base64url').toString('utf8')) as Told
}
