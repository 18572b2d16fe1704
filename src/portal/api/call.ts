/** A call of Authelia's JSON API: the request, its cookie domain and who is logged in. */
import { type Answer, say } from '../answer.ts'
import type { Core } from '../core.ts'
import { domainOf } from '../domains.ts'
import { parseGoUrl } from '../go-url.ts'
import type { Incoming } from '../incoming.ts'
import { type Live, liveSession } from '../live-session.ts'
import type { CookieDomain } from '../settings.ts'

export interface Call {
  readonly core: Core
  readonly request: Incoming
  readonly body: string
  /** The cookie domain of the portal that is called; undefined for a host outside them all. */
  readonly cookie: CookieDomain | undefined
  readonly live: Live | undefined
}

export type Handler = (call: Call) => Answer | Promise<Answer>

/** A call by somebody who is logged in. */
export type KnownHandler = (
  call: Call & { readonly cookie: CookieDomain; readonly live: Live },
) => Answer | Promise<Answer>

/** Where the call was made to, as Authelia has it: X-Original-URL, else X-Forwarded-*, else Host. */
function hostOf(request: Incoming): string | undefined {
  const original = request.first('x-original-url')
  if (original !== undefined) return parseGoUrl(original)?.hostname
  const proto = request.first('x-forwarded-proto') || 'http'
  const host = request.first('x-forwarded-host') || request.first('host') || ''
  return parseGoUrl(`${proto}://${host}/`)?.hostname
}

export function makeCall(core: Core, request: Incoming, body: string): Call {
  const host = hostOf(request)
  const cookie = host === undefined ? undefined : domainOf(core.cookies(), host)
  const live = cookie && liveSession(core, request, cookie, false)
  return { core, request, body, cookie, live }
}

/** 403 for strangers. */
export function known(handler: KnownHandler): Handler {
  return call => {
    const { cookie, live } = call
    return cookie === undefined || live === undefined ? say(403) : handler({ ...call, cookie, live })
  }
}

/** The JSON object of the body; undefined where it is none. */
export function bodyOf(call: Call): Readonly<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(call.body)
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : undefined
  } catch {
    return undefined
  }
}

/** A text of the body; empty where there is none. */
export function textOf(body: Readonly<Record<string, unknown>>, key: string): string {
  const value = body[key]
  return typeof value === 'string' ? value : ''
}
