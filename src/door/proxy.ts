/** The proxy door: every request walks the way, and is passed to its app or answered here. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { authorize, type Outcome as Ended } from '../authz/authorize.ts'
import type { Exchange, Refusal, Site } from '../authz/exchange.ts'
import type { Ground } from '../authz/ground.ts'
import { isOurCookie } from '../authz/strip.ts'
import { portalHeaders } from '../authz/tell.ts'
import { headerName } from '../lib/headers.ts'
import { expirePlanted, valueSet } from '../session/cookie.ts'
import type { Log } from '../types.ts'
import { bind } from '../upstream/app-cookies.ts'
import { editAnswer } from '../upstream/edit.ts'
import type { Edit, Head, Outcome, Upstream } from '../upstream/types.ts'
import { arrivalOf } from './arrival.ts'
import { openAudit } from './audit.ts'
import type { Door, Peer, Request, Response } from './door.ts'
import { type RefusalFacts, type ReplyCode, refusalReply } from './refuse.ts'
import { type Reply, redirectReply, send, sendRaw } from './reply.ts'
import { ownReply, userOf } from './sign-out.ts'
import type { Stream } from './streams/stream.ts'
import type { Streams } from './streams/streams.ts'

export interface ProxyParts {
  readonly ground: Ground
  /** By the app's name. */
  readonly upstreams: ReadonlyMap<string, Upstream>
  /** Where the portal's own pages are: Authelia, or the built-in portal. */
  readonly portal: Upstream
  /** What stays open is watched over there, beyond this configuration. */
  readonly streams: Streams
  readonly log: Log
}

/** How an answer of our own goes out: on a response, or in place of an upgrade. */
type Sender = (reply: Reply) => void
/** How a request goes on to its upstream. */
type Forward = (upstream: Upstream, head: Head, edit: Edit) => Promise<Outcome>
/** The client's side of it. */
type Client = Stream['client']

const FAILURES: Readonly<Record<string, ReplyCode>> = {
  down: 'upstream-down',
  slow: 'upstream-slow',
  cut: 'upstream-cut',
  certificate: 'upstream-certificate',
  protocol: 'upstream-cut',
}

/** Opens the proxy door on one configuration. A reload opens another and leaves this one to its requests. */
export function openProxy(parts: ProxyParts): Door {
  const { ground, upstreams, portal, streams, log } = parts
  const audit = openAudit(log)
  const isOurs = (name: string) => isOurCookie(name, ground.cookie)
  // A trailer is a way around the strip: what may not come as a header may not come behind the body.
  const trailer = (name: string) => {
    const { kind, canonical } = headerName(name)
    return kind === 'other' && !ground.identityNames.has(canonical)
  }

  function walk(req: Request, peer: Peer, client: Client, sender: Sender, forward: Forward): void {
    const upgrade = !('writeHead' in client)
    const failed = (error: unknown, step: string) => {
      log.error(
        { step, error: error instanceof Error ? error.stack : String(error) },
        'a step of the way failed',
      )
    }
    const ended = authorize(arrivalOf(req, peer, upgrade), ground, failed)
    if (ended instanceof Promise)
      ended.then(e => finish(e, client, sender, forward)).catch(error => failed(error, 'door'))
    else finish(ended, client, sender, forward)
  }

  function finish(ended: Ended, client: Client, sender: Sender, forward: Forward): void {
    const { exchange, answer } = ended
    streams.seen(exchange)
    switch (answer.kind) {
      case 'pass':
        pass(exchange, client, sender, forward)
        return
      case 'portal':
        toPortal(exchange, sender, forward)
        return
      case 'own':
        ownReply(exchange, answer.path, ground, log)
          .then(sender, error => crashed(exchange, error, sender))
          .catch(lost)
        return
      case 'redirect':
        sender(redirectReply(answer))
        return
      case 'refuse':
        refuse(exchange, answer.refusal, sender)
        return
    }
  }

  function pass(exchange: Exchange, client: Client, sender: Sender, forward: Forward): void {
    const { site, request } = exchange
    const upstream = site === undefined ? undefined : upstreams.get(site.app.name)
    if (site === undefined || upstream === undefined) {
      reply(exchange, { code: 'internal' }, sender)
      return
    }
    if (request.class === 'page' || request.class === 'websocket') audit.passed(exchange)
    const head = { method: request.method, target: request.target, headers: exchange.headers, trailer }
    let stream: Stream | undefined
    forward(upstream, head, (status, headers) => {
      const kept = edited(exchange, site, status, headers)
      stream = streams.watch(exchange, client, status, kept)
      return kept
    })
      .then(
        outcome => {
          streams.leave(stream)
          settle(exchange, outcome, sender)
        },
        error => {
          streams.leave(stream)
          crashed(exchange, error, sender)
        },
      )
      .catch(lost)
  }

  function edited(exchange: Exchange, site: Site, status: number, headers: string[]): string[] {
    const names: string[] = []
    const kept = editAnswer(headers, { app: site.app, identityNames: ground.identityNames, isOurs }, names)
    const { claimed, identity } = exchange
    // 1xx but 101 is not the answer yet: cookies go with the one that is.
    if (claimed === undefined || identity === undefined || (status < 200 && status !== 101)) return kept
    for (const line of claimed.expired) kept.push('Set-Cookie', line)
    const binding = bind(claimed, identity.user, names)
    if (binding !== undefined) kept.push('Set-Cookie', binding)
    return kept
  }

  function toPortal(exchange: Exchange, sender: Sender, forward: Forward): void {
    const { request, arrival } = exchange
    if (arrival.upgrade) {
      reply(exchange, { code: 'no-app' }, sender)
      return
    }
    const head = { method: request.method, target: request.target, headers: portalHeaders(exchange, ground) }
    const { session } = exchange
    const ends = request.method === 'POST' && /^\/(?:api\/)?logout$/.test(request.path)
    const pass = () =>
      forward(portal, head, (status, headers) => {
        // A sibling app can plant one for the path of the code alone, and nobody could sign in any more.
        if (session.kind === 'several') return [...headers, ...unplanted(request.path)]
        if (session.kind !== 'one') return headers
        // Before the answer goes out: a verdict must not outlive the sign-out that the browser has seen. One
        // that was refused, as to a sibling app's page, has ended nothing.
        if (ends && (status < 400 || status >= 500)) ground.sessions.forget(session.value)
        const heir = valueSet(headers, ground.cookie)
        if (heir !== undefined) streams.follows(session.value, heir)
        return headers
      })
    // Other processes first: none may keep a verdict that this answer would find alive.
    const ready = ends && session.kind === 'one' ? ground.sessions.ending?.(session.value) : undefined
    const passed = ready === undefined ? pass() : ready.then(pass)
    passed
      .then(
        outcome => settle(exchange, outcome, sender),
        error => crashed(exchange, error, sender),
      )
      .catch(lost)
  }

  function unplanted(path: string): string[] {
    return expirePlanted(ground.cookie, ground.domain, path).flatMap(line => ['Set-Cookie', line])
  }

  function settle(exchange: Exchange, outcome: Outcome, sender: Sender): void {
    if (outcome.kind !== 'failed') return
    const { request, site, arrival } = exchange
    const to = site?.app.name ?? 'portal'
    log.warn(
      { app: to, why: outcome.why, detail: outcome.detail, path: request.path, id: arrival.id },
      'the app failed',
    )
    if (outcome.sent) return
    // The portal is Authelia: without it nobody can be signed in.
    const code = site === undefined ? 'unavailable' : (FAILURES[outcome.why] ?? 'upstream-down')
    reply(exchange, { code, ...(site === undefined && { retryAfter: 5 }) }, sender)
  }

  function refuse(exchange: Exchange, refusal: Refusal, sender: Sender): void {
    audit.refused(exchange, refusal.code, refusal.detail)
    const tells = refusal.code === 'denied' || refusal.code === 'second-factor'
    if (!tells) {
      reply(exchange, refusal, sender)
      return
    }
    userOf(exchange, ground)
      .then(
        user => reply(exchange, { ...refusal, user }, sender),
        error => crashed(exchange, error, sender),
      )
      .catch(lost)
  }

  function reply(exchange: Exchange, facts: RefusalFacts, sender: Sender): void {
    sender(refusalReply(exchange, facts, ground))
  }

  /** The end of every chain: a sender that throws must not take the process along. */
  const lost = (error: unknown): void => {
    log.error({ error: error instanceof Error ? error.stack : String(error) }, 'an answer was lost')
  }

  function crashed(exchange: Exchange, error: unknown, sender: Sender): void {
    log.error(
      { id: exchange.arrival.id, error: error instanceof Error ? error.stack : String(error) },
      'an answer failed',
    )
    reply(exchange, { code: 'internal' }, sender)
  }

  function handle(req: Request, res: Response, peer: Peer, waits: boolean): void {
    const forward: Forward = (upstream, head, edit) => {
      if (waits) res.writeContinue()
      return upstream.pass(req, res, head, edit)
    }
    walk(req, peer, res, reply => send(res, reply), forward)
  }

  return {
    request: (req, res, peer) => handle(req, res, peer, false),
    expect: (req, res, peer) => handle(req, res, peer, true),
    upgrade(req: IncomingMessage, socket: Duplex, first: Buffer, peer: Peer) {
      walk(
        req,
        peer,
        socket,
        reply => sendRaw(socket, reply),
        (upstream, head, edit) => upstream.splice(req, socket, first, head, edit),
      )
    },
  }
}
