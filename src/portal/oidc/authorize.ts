/** The authorization endpoint: from the app, past our pages where something is missing, and back to the app. */
import type { KoaContextWithOIDC } from 'oidc-provider'
import type { Answer } from '../answer.ts'
import type { Core } from '../core.ts'
import type { Incoming } from '../incoming.ts'
import { liveSession } from '../live-session.ts'
import type { CookieDomain } from '../settings.ts'
import { answer, errorAnswer, onward, toPage } from './answers.ts'
import { scopesNamed } from './claims.ts'
import type { Flow } from './flow.ts'
import type { Passage, Passages } from './passage.ts'
import { COMPLETION, DECISION, PATHS } from './paths.ts'
import type { Judgement } from './policy.ts'
import { asAuthelia, completionQuery } from './redirect.ts'
import { asQuery, forLibrary, isForm } from './request.ts'
import type { Room } from './room.ts'

/** A state of Cloudflare's is two kilobytes; NGINX reads eight in a line, and ours are longer by the way back. */
const MOST_QUERY = 4096

/** Where a flow goes on: the request as it came, and what belongs to it. */
export function resumeAddress(issuer: string, flow: Flow, begun: string): string {
  const params = new URLSearchParams(flow.query)
  params.append('consent_id', begun)
  params.sort()
  return `${issuer}${PATHS.authorization}?${params}`
}

/** A page's address with the flow in it. */
export function flowQuery(sealed: string): string {
  return new URLSearchParams({ flow: 'openid_connect', flow_id: sealed }).toString()
}

const isPushed = (query: string) => new URLSearchParams(query).has('request_uri')

/** Called where the library has to stop: the page that helps. */
export function awayTo(
  room: Pick<Room, 'settings' | 'flows'>,
  passages: Passages,
  ctx: KoaContextWithOIDC,
  { client, demand, missing }: Judgement,
): string {
  const passage = passages.of(ctx)
  const { begun, query } = passage
  if (begun === undefined || query === undefined) throw new TypeError('nowhere to come back to')
  const { redirect_uri, scope } = ctx.oidc.params ?? {}
  const scopes = typeof scope === 'string' ? scope.split(' ') : []
  const flow: Flow = {
    ...begun,
    ...demand,
    query: isPushed(query) ? asQuery({ ...ctx.oidc.params }) : query,
    client: client.client_id,
    returnsTo: String(redirect_uri),
    scopes: [...new Set([...scopes, ...scopesNamed(client, [...ctx.oidc.requestParamClaims])])],
  }
  const known = passage.live !== undefined
  const page = known && missing !== 'second-factor' ? DECISION : '/'
  passage.away = `${room.settings.issuer}${page}?${flowQuery(room.flows.seal(flow))}`
  return passage.away
}

async function passageOf(
  room: Room,
  core: Core,
  request: Incoming,
  cookie: CookieDomain,
  query: string,
  consent: string | null,
): Promise<Passage> {
  const live = liveSession(core, request, cookie, true)
  if (live !== undefined) core.sessions.touch(live.session, cookie)
  const begun = room.flows.openBegun(consent ?? undefined, query) ?? {
    id: Buffer.from(room.random(16)).toString('base64url'),
    since: room.clock(),
  }
  const subject = live && (await room.subjects.of(live.user.name))
  const decided = live && room.decisions.find(begun.id, live.user.name)
  return { live, subject, begun, decided, query }
}

/** A cross-site POST brings no cookie (SameSite=Lax): the browser is told to come by GET, as Authelia does. */
function byGet(room: Room, request: Incoming, body: string): Answer {
  if (!isForm(request)) return errorAnswer(400, 'invalid_request')
  return toPage(`${room.settings.issuer}${PATHS.authorization}?${new URLSearchParams(body)}`)
}

export async function authorize(
  room: Room,
  core: Core,
  cookie: CookieDomain,
  request: Incoming,
  body: string,
): Promise<Answer> {
  const { issuer } = room.settings
  const posted = request.method === 'POST'
  if ((posted ? body : request.query).length > MOST_QUERY)
    return onward(302, `${issuer}${COMPLETION}?${completionQuery('invalid_request')}`)
  if (posted) return byGet(room, request, body)
  const params = new URLSearchParams(request.query)
  const consent = params.get('consent_id')
  params.delete('consent_id')
  params.sort()
  const query = params.toString()
  const passage = await passageOf(room, core, request, cookie, query, consent)
  const target = `${PATHS.authorization}?${forLibrary(params)}`
  const told = await room.ask({ method: 'GET', target, headers: { accept: 'text/html' }, body: '' }, passage)
  const { location, 'content-security-policy': policy = "default-src 'none'" } = told.headers
  if (location === undefined) {
    if (told.status !== 200) return errorAnswer(told.status, 'server_error')
    finish(room, passage)
    const type = ['Content-Type', 'text/html; charset=utf-8'] as const
    return answer(200, [type], told.body, ['Content-Security-Policy', policy])
  }
  if (passage.away === location) return toPage(location)
  if (location.startsWith(`${issuer}${COMPLETION}?`)) {
    const [client, redirect] = [params.get('client_id'), params.get('redirect_uri')]
    room.log.warn(
      { client, redirect, why: told.detail },
      'an app asked for a login in a way that is not registered',
    )
    return onward(302, location)
  }
  finish(room, passage)
  if (told.detail === undefined && passage.live !== undefined) {
    const facts = {
      audit: 'app-login',
      user: passage.live.user.name,
      client: params.get('client_id'),
      address: request.client,
    }
    room.log.info(facts, 'somebody went on to an app')
  }
  return onward(303, asAuthelia(location, told.detail))
}

/** The app has its answer: what the user said was for this login. */
function finish(room: Room, { begun }: Passage): void {
  if (begun !== undefined) room.decisions.use(begun.id)
}
