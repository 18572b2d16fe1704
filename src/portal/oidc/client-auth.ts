/**
 * Which client asks, proven (RFC 6749, 2.3.1): by the one way that it is registered for, against the digest of
 * its secret. The library never sees the secret.
 */
import type { Answer } from '../answer.ts'
import type { Incoming } from '../incoming.ts'
import { errorAnswer } from './answers.ts'
import type { ClientSecrets } from './client-secrets.ts'
import type { Registered } from './clients.ts'
import { Hint } from './errors.ts'
import type { OidcSecrets } from './secrets.ts'

export interface Proven {
  readonly client: Registered
  /** What the library is told instead. */
  readonly authorization: string | undefined
  /** The form without credentials. */
  readonly form: URLSearchParams
}

export interface ClientAuthParts {
  readonly clients: ReadonlyMap<string, Registered>
  readonly secrets: OidcSecrets
  readonly checker: ClientSecrets
}

interface Shown {
  readonly method: 'client_secret_basic' | 'client_secret_post' | 'none'
  readonly id: string
  readonly secret: string
}

const INVALID = errorAnswer(401, 'invalid_client')
const MALFORMED = errorAnswer(400, 'invalid_request')
const BUSY: Answer = {
  ...errorAnswer(429, 'temporarily_unavailable'),
  headers: [...errorAnswer(429, 'temporarily_unavailable').headers, ['Retry-After', '30']],
}

/** Both halves are form-encoded before they are joined; whoever does not encode has nothing that would need it. */
function decoded(text: string): string | undefined {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    return undefined
  }
}

function basic(header: string): Shown | undefined {
  const [, encoded] = /^basic +([A-Za-z0-9+/]+={0,2})$/i.exec(header) ?? []
  const pair = Buffer.from(encoded ?? '', 'base64').toString('utf8')
  const colon = pair.indexOf(':')
  const id = decoded(pair.slice(0, colon))
  const secret = decoded(pair.slice(colon + 1))
  if (colon < 0 || !id || secret === undefined) return undefined
  return { method: 'client_secret_basic', id, secret }
}

/** Undefined where it cannot be read in one way only. */
function shown(headers: readonly string[], form: URLSearchParams): Shown | undefined {
  const ids = form.getAll('client_id')
  const secrets = form.getAll('client_secret')
  if (headers.length > 1 || ids.length > 1 || secrets.length > 1) return undefined
  const [header] = headers
  const [id = '', secret] = [ids[0], secrets[0]]
  if (header !== undefined) {
    const read = basic(header)
    const agrees = secret === undefined && (ids.length === 0 || id === read?.id)
    return agrees ? read : undefined
  }
  if (id === '') return undefined
  return secret === undefined
    ? { method: 'none', id, secret: '' }
    : { method: 'client_secret_post', id, secret }
}

/** @returns an answer where it is not proven */
export async function proveClient(
  parts: ClientAuthParts,
  request: Incoming,
  body: string,
): Promise<Proven | Answer> {
  const type = request.first('content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded *(?:;|$)/i.test(type)) return MALFORMED
  const form = new URLSearchParams(body)
  const read = shown(request.all('authorization'), form)
  if (read === undefined || form.has('client_assertion')) return INVALID
  const client = parts.clients.get(read.id)
  if (client === undefined) return INVALID
  if (read.method !== client.client.token_endpoint_auth_method) {
    const hint = `The request was determined to be using 'token_endpoint_auth_method' method '${read.method}', however the OAuth 2.0 client registration does not allow this method.`
    return errorAnswer(401, 'invalid_client', new Hint(hint))
  }
  if (client.client.public) return { client, authorization: undefined, form }
  const secret = parts.secrets.clients.get(read.id)
  if (secret === undefined) return INVALID
  const checked = await parts.checker.check(read.id, secret, read.secret, request.client)
  if (checked !== 'right') return checked === 'busy' ? BUSY : INVALID
  form.delete('client_secret')
  form.delete('client_id')
  const token = Buffer.from(`${encodeURIComponent(read.id)}:${client.token}`).toString('base64')
  return { client, authorization: `Basic ${token}`, form }
}
