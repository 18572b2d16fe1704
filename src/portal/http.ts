/** The portal's HTTP server: which path is whose, and how an answer is written. */
import Fastify, { type FastifyInstance, type FastifyReply, type FastifyRequest } from 'fastify'
import { type Answer, say, sendTo } from './answer.ts'
import { makeCall } from './api/call.ts'
import { API } from './api/routes.ts'
import { authRequest } from './authz/auth-request.ts'
import { decide } from './authz/decide.ts'
import type { Dialect } from './authz/dialect.ts'
import { EXT_AUTHZ_PATH, extAuthz } from './authz/ext-authz.ts'
import { forwardAuth } from './authz/forward-auth.ts'
import { PAGES } from './browser/routes.ts'
import { askedHost, makeVisit, portalAt, show } from './browser/visit.ts'
import type { Core } from './core.ts'
import { type Incoming, readIncoming } from './incoming.ts'
import { BAD_REQUEST } from './oidc/answers.ts'
import { isOidc } from './oidc/paths.ts'
import { noticePage } from './pages/notice.ts'
import { fromOwnPage, notFromElsewhere } from './same-origin.ts'

/**
 * Who calls. `gateway`: authz and the API, no pages. `browsers`: pages and the API, no authz, since whoever
 * may ask there may say who they are from and guess passwords past the door. `all`: a portal by itself.
 */
export type Role = 'gateway' | 'browsers' | 'all'

const AUTHZ = '/api/authz'
const DIALECTS: Readonly<Record<string, Dialect>> = {
  [`${AUTHZ}/forward-auth`]: forwardAuth,
  [`${AUTHZ}/auth-request`]: authRequest,
}
/** Authelia's server.buffers.read: request line and headers together. */
const MOST_HEADERS = 4096
/** A browser with 16 KB of other cookies still gets in. */
const MOST_PAGE_HEADERS = 65_536
const MOST_BODY = 16_384
const TOO_LARGE = say(431, [['Connection', 'close']])

function isAuthz(path: string): boolean {
  return path === AUTHZ || path.startsWith(`${AUTHZ}/`)
}

async function answerAuthz(core: Core, request: Incoming): Promise<Answer> {
  const { path, method } = request
  if (request.size > MOST_HEADERS) return TOO_LARGE
  if (
    path === EXT_AUTHZ_PATH ||
    (path.startsWith(`${EXT_AUTHZ_PATH}/`) && path.length > EXT_AUTHZ_PATH.length + 1)
  ) {
    return decide({ ...core, settle: since => core.settle(since) }, extAuthz, request)
  }
  const bare = path.endsWith('/') ? path.slice(0, -1) : path
  const dialect = DIALECTS[bare]
  if (dialect === undefined && bare !== EXT_AUTHZ_PATH) return say(404)
  if (bare !== path) return { ...sendTo(301, `http://${request.first('host') ?? ''}${bare}`), body: '' }
  const allow = dialect?.methods ?? []
  // Authelia's answer to OPTIONS whatever the rules say: the gateway asks with GET always.
  if (method === 'OPTIONS') return { status: 200, headers: [['Allow', allow.join(', ')]], body: '' }
  if (dialect === undefined || !allow.includes(method)) return say(405, [['Allow', allow.join(', ')]])
  return decide(core, dialect, request)
}

async function answerApi(core: Core, request: Incoming, body: string): Promise<Answer> {
  const methods = API[request.path]
  if (methods === undefined) return say(404)
  const allow = [...Object.keys(methods), 'OPTIONS'].sort().join(', ')
  if (request.method === 'OPTIONS') return { status: 200, headers: [['Allow', allow]], body: '' }
  const handler = methods[request.method]
  if (handler === undefined) return say(405, [['Allow', allow]])
  const call = makeCall(core, request, body)
  const origin = call.cookie && new URL(call.cookie.portal).origin
  const changes = request.method !== 'GET' && request.method !== 'HEAD'
  if (changes && !notFromElsewhere(request, origin)) return say(403)
  return handler(call)
}

/** Of the portal's own host and no other: at an app's there is no provider. */
async function answerProvider(core: Core, request: Incoming, body: string): Promise<Answer> {
  const oidc = core.oidc()
  if (oidc === undefined) return say(404)
  const cookie = portalAt(core, askedHost(request))
  if (cookie === undefined) return BAD_REQUEST
  return oidc.answer(core, cookie, request, body)
}

async function answerPage(core: Core, request: Incoming, body: string): Promise<Answer> {
  const host = askedHost(request)
  const cookie = portalAt(core, host)
  if (cookie === undefined) {
    const text =
      'The sign-in page is not at this address. Open the app that you want, and it will take you there.'
    return show({}, 404, noticePage({ title: 'Nothing here', text, status: 404 }))
  }
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const page = PAGES[request.path]
  const handler = method === 'GET' || method === 'POST' ? page?.[method] : undefined
  const view = { host: new URL(cookie.portal).hostname }
  if (page === undefined) {
    const text = 'There is no page at this address.'
    return show({ cookie }, 404, noticePage({ title: 'Nothing here', text, status: 404, ...view }))
  }
  if (handler === undefined) return say(405, [['Allow', Object.keys(page).join(', ')]])
  const posted = method === 'POST'
  if (posted && !fromOwnPage(request, new URL(cookie.portal).origin)) {
    const text = 'That form was not sent from this page, so nothing was done. Please try again from here.'
    return show({ cookie }, 403, noticePage({ title: 'Sent from elsewhere', text, status: 403, ...view }))
  }
  const fields = new URLSearchParams(posted ? body : request.query)
  const visit = makeVisit(core, request, cookie, fields)
  if (fields.has('flow_id') && visit.errand === undefined) {
    const text =
      'This sign-in took too long, or was begun before a restart. Go back to the app and sign in there again.'
    return show({ cookie }, 400, noticePage({ title: 'Too late', text, status: 400, ...view }))
  }
  return handler(visit)
}

function write(reply: FastifyReply, answer: Answer): FastifyReply {
  reply.code(answer.status)
  for (const [name, value] of answer.headers) reply.header(name, value)
  // As bytes: node joins a text body to the headers and writes both as UTF-8, which would encode the
  // identity headers' bytes a second time.
  return reply.send(Buffer.from(answer.body, 'utf8'))
}

/** A server that is not yet listening. @param trustForwardedFor the peer writes X-Forwarded-For itself */
export function makeServer(core: Core, role: Role, trustForwardedFor: boolean): FastifyInstance {
  const app = Fastify({
    logger: false,
    bodyLimit: MOST_BODY,
    forceCloseConnections: 'idle',
    http: { maxHeaderSize: MOST_PAGE_HEADERS },
    // A malformed escape in the path (ext-authz): Authelia's 400.
    frameworkErrors: (_error, _request, reply) => void write(reply as FastifyReply, say(400)),
  })
  const read = (request: FastifyRequest) => readIncoming(request.raw, trustForwardedFor)

  // Before any body is read: ext-authz passes on the methods and the body sizes of the app.
  app.addHook('onRequest', async (request, reply) => {
    const incoming = read(request)
    if (!isAuthz(incoming.path)) return
    return write(reply, role === 'browsers' ? say(404) : await answerAuthz(core, incoming))
  })
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('*', { parseAs: 'string' }, (_request, body, done) => done(null, body))
  app.setErrorHandler((error: { statusCode?: number }, request, reply) => {
    const status = error.statusCode !== undefined && error.statusCode < 500 ? error.statusCode : 500
    if (status === 500)
      core.log.error({ error: String(error), path: read(request).path }, 'the portal failed')
    return write(reply, say(status))
  })
  app.all('/*', async (request, reply) => {
    const incoming = read(request)
    const body = typeof request.body === 'string' ? request.body : ''
    if (role !== 'gateway' && isOidc(incoming.path)) {
      return write(reply, await answerProvider(core, incoming, body))
    }
    const api = incoming.path === '/api' || incoming.path.startsWith('/api/')
    if (api) return write(reply, await answerApi(core, incoming, body))
    return write(reply, role === 'gateway' ? say(404) : await answerPage(core, incoming, body))
  })
  app.setNotFoundHandler((_request, reply) => write(reply, say(404)))
  return app
}
