/** Which path of the provider is whose. */
import type { Answer } from '../answer.ts'
import { say } from '../answer.ts'
import type { Core } from '../core.ts'
import type { Incoming } from '../incoming.ts'
import type { CookieDomain } from '../settings.ts'
import { BAD_REQUEST, jsonAnswer } from './answers.ts'
import { authorize } from './authorize.ts'
import { type Endpoint, introspection, pushed, revocation, token, userinfo } from './backchannel.ts'
import { discovery, metadata } from './discovery.ts'
import { PATHS } from './paths.ts'
import { scopesOf } from './provider.ts'
import type { Room } from './room.ts'

const POSTED: Readonly<Record<string, Endpoint>> = {
  [PATHS.token]: token,
  [PATHS.introspection]: introspection,
  [PATHS.revocation]: revocation,
  [PATHS.pushed]: pushed,
}

/** Documents for everybody, scripts of any site included (as Authelia; there is nothing secret in them). */
function documentsOf({ settings, secrets }: Room): Readonly<Record<string, () => unknown>> {
  const { kid, alg, use, kty, n, e } = secrets.key
  return {
    [PATHS.discovery]: () => discovery(settings.issuer, scopesOf(settings)),
    [PATHS.metadata]: () => metadata(settings.issuer, scopesOf(settings)),
    [PATHS.jwks]: () => ({ keys: [{ use, kty, kid, alg, n, e }] }),
  }
}

function open(request: Incoming): Answer['headers'] {
  if (request.first('origin') === undefined) return [['Vary', 'Accept-Encoding']]
  return [
    ['Access-Control-Allow-Origin', '*'],
    ['Vary', 'Accept-Encoding, Origin'],
  ]
}

const notAllowed = (...methods: readonly string[]) => say(405, [['Allow', methods.join(', ')]])

/** Answers what came to one of the provider's own paths, for the cookie domain of the host that it came to. */
export async function answerOidc(
  room: Room,
  core: Core,
  cookie: CookieDomain,
  request: Incoming,
  body: string,
): Promise<Answer> {
  const { path, method } = request
  if (request.first('x-forwarded-proto') !== 'https') return BAD_REQUEST
  const document = documentsOf(room)[path]
  if (document !== undefined) {
    if (method === 'OPTIONS')
      return { status: 204, headers: [...open(request), ['Allow', 'GET, OPTIONS']], body: '' }
    return method === 'GET' || method === 'HEAD'
      ? jsonAnswer(200, document(), open(request))
      : notAllowed('GET', 'OPTIONS')
  }
  if (path === PATHS.authorization) {
    return method === 'GET' || method === 'POST'
      ? authorize(room, core, cookie, request, body)
      : notAllowed('GET', 'POST')
  }
  if (path === PATHS.userinfo)
    return method === 'GET' || method === 'POST' ? userinfo(room, request, body) : notAllowed('GET', 'POST')
  const endpoint = POSTED[path]
  if (endpoint === undefined) return say(404)
  return method === 'POST' ? endpoint(room, request, body) : notAllowed('POST')
}
