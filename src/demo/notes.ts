/**
 * The demo's notes: an app that speaks OpenID Connect itself, with a library as any app would, on an address of
 * its own that the gateway does not stand in front of. It knows of the portal what its setup sheet says.
 */
import { randomBytes } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { createServer } from 'node:https'
import * as client from 'openid-client'
import { html } from '../lib/html.ts'
import { answerJson, answerPage, type Visitor } from './answer.ts'
import { fetchHere } from './fetch-here.ts'
import { CALLBACK } from './household.ts'

export interface NotesParts {
  readonly port: number
  /** `https://notes.gatehouse.localhost:8444` */
  readonly origin: string
  /** The portal's origin. */
  readonly issuer: string
  readonly clientId: string
  readonly secret: string
  readonly scopes: readonly string[]
  /** Files in PEM: the demo's authority, and the certificate that it made. */
  readonly authority: string
  readonly certificate: string
  readonly key: string
}

const COOKIE = '__Host-notes'
const MOST = 200

/** A login on its way, or somebody who is in; both belong to one browser. */
type Session = { readonly checks: client.AuthorizationCodeGrantChecks } | { readonly who: Visitor }

function sessionOf(request: IncomingMessage): string {
  return new RegExp(`(?:^|; )${COOKIE}=([\\w-]+)`).exec(request.headers.cookie ?? '')?.[1] ?? ''
}

function send(response: ServerResponse, location: string, session: string): void {
  const cookie = `${COOKIE}=${session}; Path=/; Secure; HttpOnly; SameSite=Lax`
  response.writeHead(303, { location, 'set-cookie': cookie, 'cache-control': 'no-store' })
  response.end()
}

/** Starts it on 127.0.0.1. @returns what ends it */
export async function openNotes(parts: NotesParts): Promise<() => Promise<void>> {
  const { origin, issuer, clientId, secret, scopes } = parts
  const redirect_uri = `${origin}${CALLBACK}`
  const ca = await readFile(parts.authority, 'utf8')
  const sessions = new Map<string, Session>()
  let found: Promise<client.Configuration> | undefined
  // The portal is up before anybody logs in, and not before this app is.
  const discover = () => {
    found ??= client.discovery(new URL(issuer), clientId, undefined, client.ClientSecretBasic(secret), {
      [client.customFetch]: fetchHere(ca),
    })
    found.catch(() => {
      found = undefined
    })
    return found
  }
  const keep = (session: Session): string => {
    const id = randomBytes(24).toString('base64url')
    sessions.set(id, session)
    for (const first of sessions.keys()) {
      if (sessions.size <= MOST) break
      sessions.delete(first)
    }
    return id
  }

  async function login(response: ServerResponse): Promise<void> {
    const config = await discover()
    const pkceCodeVerifier = client.randomPKCECodeVerifier()
    const checks = {
      pkceCodeVerifier,
      expectedState: client.randomState(),
      expectedNonce: client.randomNonce(),
    }
    const url = client.buildAuthorizationUrl(config, {
      redirect_uri,
      scope: scopes.join(' '),
      code_challenge: await client.calculatePKCECodeChallenge(pkceCodeVerifier),
      code_challenge_method: 'S256',
      state: checks.expectedState,
      nonce: checks.expectedNonce,
    })
    send(response, url.href, keep({ checks }))
  }

  async function arrive(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const id = sessionOf(request)
    const session = sessions.get(id)
    sessions.delete(id)
    if (session === undefined || !('checks' in session)) {
      send(response, '/', '')
      return
    }
    const config = await discover()
    const tokens = await client.authorizationCodeGrant(
      config,
      new URL(request.url ?? '', origin),
      session.checks,
    )
    const sub = tokens.claims()?.sub ?? ''
    const info = await client.fetchUserInfo(config, tokens.access_token, sub)
    const groups = Array.isArray(info.groups) ? info.groups.map(String) : []
    send(response, '/', keep({ who: { user: info.preferred_username ?? sub, groups } }))
  }

  function page(request: IncomingMessage, response: ServerResponse): void {
    const session = sessions.get(sessionOf(request))
    const who = session !== undefined && 'who' in session ? session.who : { user: '', groups: [] }
    const { accept = '' } = request.headers
    if (!accept.includes('text/html') && accept.includes('json')) {
      answerJson(response, 200, who)
      return
    }
    const words = html`<p>This app asks the portal itself who you are, by OpenID Connect: no header comes from the gateway.</p>
${who.user === '' ? html`<p>It does not know you yet. <a href="/login">Sign in</a></p>` : html`<p>You are <strong>${who.user}</strong>. Groups: ${who.groups.join(', ') || 'none'}. <a href="/logout">Leave this app</a></p>`}`
    answerPage(response, 'Notes', words, undefined)
  }

  async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname } = new URL(request.url ?? '/', origin)
    if (pathname === '/login') return login(response)
    if (pathname === CALLBACK) return arrive(request, response)
    if (pathname !== '/logout') return page(request, response)
    sessions.delete(sessionOf(request))
    send(response, '/', '')
  }

  const tls = { cert: await readFile(parts.certificate), key: await readFile(parts.key) }
  const server = createServer(tls, (request, response) => {
    request.resume()
    route(request, response).catch((error: unknown) => {
      const why =
        error instanceof client.AuthorizationResponseError ? error.error : 'the portal did not answer'
      answerPage(response, 'Not signed in', html`<p>${why}</p><p><a href="/">Back</a></p>`, undefined)
    })
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(parts.port, '127.0.0.1', resolve)
  })
  return () =>
    new Promise(resolve => {
      server.close(() => resolve())
      server.closeAllConnections()
    })
}
