/** The client of Authelia's API, and of the built-in portal, which speaks the same. */
import { isIP } from 'node:net'
import { setTimeout as wait } from 'node:timers/promises'
import type { Deadline } from './deadline.ts'
import { type Answer, type Ask, exchange, type Failure, TIMEOUT } from './exchange.ts'
import { openLine } from './line.ts'
import { networkKey } from './network-key.ts'
import { Slots } from './slots.ts'
import type { Question } from './verdict.ts'

export interface AutheliaOptions {
  /** `http://127.0.0.1:9091`, with the path that Authelia's `server.address` may have. */
  readonly origin: string
  /** A unix socket that is connected to instead of `origin`'s host. */
  readonly socket?: string
  /** The session cookie's name. */
  readonly cookie: string
  /** The portal's origin as browsers see it. */
  readonly portal: string
  /** Milliseconds. */
  readonly timeout: number
}

/** The client; no promise of it rejects, and none outlives its deadline. */
export interface Authelia {
  authz(question: Question, deadline: Deadline): Promise<Answer | Failure>
  state(session: string, deadline: Deadline): Promise<Answer | Failure>
  logout(session: string, deadline: Deadline): Promise<Answer | Failure>
  close(): Promise<void>
}

/** Authelia closes idle connections after 30 s; a request must never meet one that is being closed. */
const KEEP_ALIVE = 20_000
const CONNECTIONS = 64
/** Questions that wait for a connection. */
const QUEUE = 2_000
/** So much of both is for one address (IPv6: one /64), so that no stranger's flood keeps all others waiting. */
const OF_ONE = { mostOfKey: CONNECTIONS / 2, queueOfKey: QUEUE / 4 }
/** An address that is nobody's, and in no network but all of them. */
const NOWHERE = '0.0.0.0'
/** Bytes of the answer's head; Authelia's have about 1 KB. */
const LARGEST_HEAD = 16 * 1024

const CLOSED: Failure = { failure: 'refused', detail: 'closed', stale: false }

/** Opens the client; the first question connects. */
export function openAuthelia(options: AutheliaOptions): Authelia {
  const base = new URL(options.origin)
  const prefix = base.pathname.replace(/\/+$/, '')
  const portalHost = new URL(options.portal).host
  const settings = {
    origin: base,
    socket: options.socket,
    connections: CONNECTIONS,
    keepAlive: KEEP_ALIVE,
    largestHead: LARGEST_HEAD,
  }
  const kept = openLine(settings, true)
  // A new connection each: for what must not meet one that is just being closed, since it cannot be asked
  // twice. A Basic login could count twice toward Authelia's bans.
  const fresh = openLine(settings, false)
  // A queue of node's own would keep what has timed out, and ask it all when Authelia comes back.
  const slots = new Slots({ most: CONNECTIONS, queue: QUEUE, ...OF_ONE })

  const inFlight = new Set<Promise<unknown>>()
  let closed = false

  async function ask(ask: Ask, deadline: Deadline, once: boolean, whose: string): Promise<Answer | Failure> {
    if (closed) return CLOSED
    if (!(await slots.enter(whose, deadline))) return TIMEOUT
    try {
      if (once) return await exchange(fresh, ask, deadline)
      const first = await exchange(kept, ask, deadline)
      if (!('failure' in first) || !first.stale) return first
      return await exchange(fresh, ask, deadline)
    } finally {
      slots.leave(whose)
    }
  }

  function send(...what: Parameters<typeof ask>): Promise<Answer | Failure> {
    const asked = ask(...what)
    inFlight.add(asked)
    return asked.finally(() => inFlight.delete(asked))
  }

  const cookie = (session: string) => `${options.cookie}=${session}`
  const portalHeaders = (session: string) => [
    'Cookie',
    cookie(session),
    'X-Forwarded-Proto',
    'https',
    'X-Forwarded-Host',
    portalHost,
  ]

  return {
    authz(question, deadline) {
      const headers = authzHeaders(question, options.cookie)
      const ask: Ask = { method: 'GET', path: `${prefix}/api/authz/forward-auth`, headers }
      return send(ask, deadline, question.authorization !== undefined, networkKey(question.client))
    },
    state(session, deadline) {
      const ask: Ask = { method: 'GET', path: `${prefix}/api/state`, headers: portalHeaders(session) }
      return send(ask, deadline, false, 'state')
    },
    logout(session, deadline) {
      const headers = [...portalHeaders(session), 'Content-Type', 'application/json']
      return send(
        { method: 'POST', path: `${prefix}/api/logout`, headers, body: '{}' },
        deadline,
        true,
        'logout',
      )
    },
    async close() {
      closed = true
      await Promise.race([Promise.all(inFlight), wait(options.timeout, undefined, { ref: false })])
      kept.close()
      fresh.close()
    },
  }
}

/**
 * What Authelia is told of a request, and nothing else of the client's: its read buffer is 4096 bytes for
 * all headers (a browser's other cookies alone can be more), and of two equal headers it takes the first.
 *
 * X-Requested-With makes it answer 401 with Location where it would redirect, for every method alike;
 * the recordings show the same Set-Cookie on both, and no other difference. Accept is then not read.
 */
export function authzHeaders(question: Question, cookie: string): string[] {
  const headers = [
    'X-Forwarded-Method',
    question.method,
    'X-Forwarded-Proto',
    question.scheme,
    'X-Forwarded-Host',
    question.host,
    'X-Forwarded-URI',
    question.target,
    'X-Forwarded-For',
    clientAddress(question.client),
    'X-Requested-With',
    'XMLHttpRequest',
  ]
  if (question.session !== undefined) headers.push('Cookie', `${cookie}=${question.session}`)
  if (question.authorization !== undefined) headers.push('Authorization', question.authorization)
  return headers
}

/**
 * An address that Authelia can parse. Without one, or with a zone (`fe80::1%eth0`), it would take the
 * gateway's own, 127.0.0.1, and a rule's `networks` would open for everybody whose address is unknown.
 */
function clientAddress(client: string): string {
  const zone = client.indexOf('%')
  const address = zone < 0 ? client : client.slice(0, zone)
  return isIP(address) === 0 ? NOWHERE : address
}

/** The bytes of a request with these headers, roughly: what Authelia's read buffer has to hold. */
export function headBytes(headers: readonly string[]): number {
  let bytes = 80
  for (const part of headers) bytes += part.length + 2
  return bytes
}
