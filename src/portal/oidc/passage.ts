/**
 * One request on its way through the library: what the portal knows of it. The library finds it by a ticket in
 * place of a session cookie, and so has no session, cookie or interaction of its own.
 */
import { randomBytes } from 'node:crypto'
import type { AdapterPayload, KoaContextWithOIDC } from 'oidc-provider'
import type { Live } from '../live-session.ts'
import type { Begun } from './flow.ts'

export interface Passage {
  /** Who is at the authorization endpoint. */
  readonly live?: Live | undefined
  /** Their subject identifier. */
  readonly subject?: string | undefined
  readonly begun?: Begun
  /** What they answered when they were asked. */
  readonly decided?: boolean | undefined
  /** The request as it came, for the way back to it. */
  readonly query?: string
  /** The redirect after this one is to a page of ours. */
  away?: string
  /** What the library knows of an error. */
  detail?: string
}

/** The header that carries the ticket: requests to the library are made here, so that nobody else writes it. */
const TICKET = 'gatehouse-ticket'

export interface Passages {
  /** @returns its ticket */
  enter(passage: Passage): string
  leave(ticket: string): void
  /** @throws TypeError for a request that was not made here */
  of(ctx: KoaContextWithOIDC): Passage
  /** The library's session for a ticket. */
  session(ticket: string): AdapterPayload | undefined
  headers(ticket: string): Record<string, string>
}

/** RFC 8176, in Authelia's words. */
export function methodsOf(level: number): string[] {
  return level === 2 ? ['pwd', 'kba', 'otp', 'mfa'] : ['pwd', 'kba']
}

const LONG = 3600

export function openPassages(): Passages {
  const passages = new Map<string, Passage>()
  return {
    enter(passage) {
      const ticket = randomBytes(24).toString('base64url')
      passages.set(ticket, passage)
      return ticket
    },
    leave: ticket => void passages.delete(ticket),
    of(ctx) {
      const passage = passages.get(String(ctx.req.headers[TICKET]))
      if (passage === undefined) throw new TypeError('a request that is not of the portal')
      return passage
    },
    session(ticket) {
      const { live, subject } = passages.get(ticket) ?? {}
      if (live === undefined || subject === undefined) return undefined
      const now = Math.floor(Date.now() / 1000)
      return {
        kind: 'Session',
        jti: ticket,
        uid: ticket,
        accountId: subject,
        loginTs: Math.floor(live.session.passwordAt / 1000),
        amr: methodsOf(live.session.level),
        iat: now,
        exp: now + LONG,
      }
    },
    headers: ticket => ({ [TICKET]: ticket, cookie: `_session=${ticket}` }),
  }
}
