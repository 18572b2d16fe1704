/** The endpoints that apps' servers call: token, userinfo, introspection, revocation, pushed requests. */
import { hash } from 'node:crypto'
import type { Answer } from '../answer.ts'
import type { Incoming } from '../incoming.ts'
import { answer, errorAnswer, jsonAnswer } from './answers.ts'
import type { Told } from './ask.ts'
import { proveClient } from './client-auth.ts'
import { forLibrary, ofBearer, ofClient } from './request.ts'
import type { Room } from './room.ts'

export type Endpoint = (room: Room, request: Incoming, body: string) => Promise<Answer>

const JSON_TYPE = ['Content-Type', 'application/json; charset=utf-8'] as const

/** RFC 6750, in Authelia's words. */
const UNKNOWN_TOKEN = answer(
  401,
  [
    JSON_TYPE,
    [
      'WWW-Authenticate',
      'Bearer error="request_unauthorized",error_description="The request could not be authorized. Check that you provided valid credentials in the right format."',
    ],
  ],
  '{}\n',
)

function read(told: Told): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(told.body || '{}') as Readonly<Record<string, unknown>>
  } catch {
    return {}
  }
}

/** An error of the library in Authelia's words. */
function refusal(told: Told & { readonly detail: string | undefined }): Answer {
  const { error = 'server_error' } = read(told)
  return errorAnswer(told.status >= 400 ? told.status : 500, String(error), told.detail)
}

/**
 * Whether the verifier is not that of the code: then the code is burned, so that whoever got hold of one has a
 * single guess (as Authelia; the library lets them try on). Only for the code's own client.
 */
function burns(room: Room, client: string, form: URLSearchParams): boolean {
  const kept = room.store.peek('AuthorizationCode', form.get('code') ?? '')
  if (kept === undefined || kept.clientId !== client || kept.consumed !== undefined) return false
  const verifier = form.get('code_verifier')
  const shown = verifier === null ? undefined : hash('sha256', verifier, 'base64url')
  return shown !== kept.codeChallenge
}

export const token: Endpoint = async (room, request, body) => {
  const proven = await proveClient(room, request, body)
  if ('status' in proven) return proven
  const { form, client } = proven
  // Of two requests with one code or one refresh token, one has to be the second.
  const key = JSON.stringify([form.get('code'), form.get('refresh_token')])
  return room.oneByOne(key, async () => {
    const ofCode = form.get('grant_type') === 'authorization_code'
    if (ofCode && burns(room, client.client.client_id, form)) {
      room.store.forget('AuthorizationCode', form.get('code') ?? '')
      return errorAnswer(400, 'invalid_grant', 'does not match code_challenge')
    }
    const told = await room.ask(ofClient(request, proven))
    if (told.status !== 200) return refusal(told)
    return jsonAnswer(200, { ...read(told), token_type: 'bearer' })
  })
}

export const userinfo: Endpoint = async (room, request, body) => {
  const told = await room.ask(ofBearer(request, body))
  if (told.status === 403) return errorAnswer(403, 'insufficient_scope')
  if (told.status >= 500) return refusal(told)
  if (told.status !== 200) return UNKNOWN_TOKEN
  const sorted = Object.entries(read(told)).sort(([a], [b]) => (a < b ? -1 : 1))
  return answer(200, [JSON_TYPE], `${JSON.stringify(Object.fromEntries(sorted))}\n`)
}

export const introspection: Endpoint = async (room, request, body) => {
  const proven = await proveClient(room, request, body)
  if ('status' in proven) return proven
  // A public client has proven nothing, and is told nothing.
  if (proven.client.client.public) return errorAnswer(401, 'invalid_client')
  const told = await room.ask(ofClient(request, proven))
  if (told.status !== 200) return refusal(told)
  const { active, client_id, exp, iat, scope, sub } = read(told)
  if (active !== true) return jsonAnswer(200, { active: false })
  const username = room.subjects.userOf(String(sub))
  return jsonAnswer(200, { active, client_id, exp, iat, scope, sub, username })
}

export const revocation: Endpoint = async (room, request, body) => {
  const proven = await proveClient(room, request, body)
  if ('status' in proven) return proven
  const told = await room.ask(ofClient(request, proven))
  return told.status === 200 ? answer(200, [], '') : refusal(told)
}

/** RFC 9126. */
export const pushed: Endpoint = async (room, request, body) => {
  const proven = await proveClient(room, request, body)
  if ('status' in proven) return proven
  const form = forLibrary(proven.form)
  form.set('client_id', proven.client.client.client_id)
  const told = await room.ask(ofClient(request, { ...proven, form }), { query: form.toString() })
  return told.status === 201 ? jsonAnswer(201, read(told)) : refusal(told)
}
