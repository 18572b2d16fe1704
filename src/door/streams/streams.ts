/**
 * Every open stream that the gateway passes on, whatever configuration it began under: it lives over
 * reloads, asks again about each, and cuts. Nothing here throws.
 */
import type { Exchange } from '../../authz/exchange.ts'
import type { Sessions } from '../../session/sessions.ts'
import type { Clock, Log } from '../../types.ts'
import type { After } from './after.ts'
import { endOf } from './end-of.ts'
import { Group, type GroupParts } from './group.ts'
import { Holders } from './holders.ts'
import type { Others } from './others.ts'
import type { Stand } from './recheck.ts'
import { cutStream, type Stream, sayCut, sessionOf, type Why } from './stream.ts'

export interface StreamsParts {
  readonly clock: Clock
  readonly after: After
  readonly log: Log
  /** Undefined where this process is alone. */
  readonly others?: Others
}

/** How often the young are looked through, and how old one must be to be no short answer; milliseconds. */
const SWEEP = 500
const YOUNG = 250
/** After a reload all are asked about, so many at a time and so often; milliseconds. */
const AT_ONCE = 20
const STEP = 20
/** Ended sessions that are remembered, for streams whose head was late. */
const MOST_ENDED = 1_000

export class Streams {
  readonly #parts: StreamsParts
  readonly #groupParts: GroupParts
  readonly #holders = new Holders()
  readonly #groups = new Map<string, Group>()
  /** Most are short answers, and are gone before anybody looks. */
  readonly #young = new Set<Stream>()
  readonly #ended = new Set<string>()
  readonly #heard = new WeakSet<Sessions>()
  #stand: Stand | undefined
  #sweeping = false
  #stopped = false

  constructor(parts: StreamsParts) {
    this.#parts = parts
    this.#groupParts = {
      ...parts,
      holders: this.#holders,
      stand: () => this.#standing(),
      ended: session => this.#ended.has(session),
      emptied: group => this.#emptied(group),
      move: (stream, session) => this.#move(stream, session),
    }
  }

  /** A final head, or a 101, goes out to `client`. Undefined: the answer says where it ends. */
  watch(
    exchange: Exchange,
    client: Stream['client'],
    status: number,
    headers: readonly string[],
  ): Stream | undefined {
    const end = endOf(exchange.request.method, status, headers)
    if (end === 'stated') return undefined
    const confirmed = this.#parts.clock()
    const stream: Stream = { exchange, client, endless: end === 'never', confirmed, group: undefined }
    this.#young.add(stream)
    if (!this.#sweeping) this.#sweepLater()
    return stream
  }

  /** It is over, or was never begun. */
  leave(stream: Stream | undefined): void {
    if (stream === undefined) return
    if (stream.group === undefined) this.#young.delete(stream)
    else stream.group.leave(stream)
  }

  /** A request that was judged, whatever became of it: real use of its session. */
  seen(exchange: Exchange): void {
    const { session } = exchange
    if (session.kind === 'one') this.#parts.others?.used(session.value)
    if (this.#holders.size > 0) this.#holders.seen(exchange, this.#parts.clock())
  }

  /** When a session with streams was last used; undefined where it has none. */
  lastSeen(session: string): number | undefined {
    return this.#holders.find(session)?.lastSeen
  }

  /** The portal has answered a browser that showed `session` by setting `heir` in its place. */
  follows(session: string, heir: string): void {
    this.followed(session, heir)
    this.#parts.others?.follows(session, heir)
  }

  /** As `follows`, where it was another process that saw it. */
  followed(session: string, heir: string): void {
    // Those too young to be in a group would not be told, and be cut as the old session's.
    if (this.#stand !== undefined)
      for (const stream of this.#young) if (sessionOf(stream.exchange) === session) this.#adopt(stream)
    this.#holders.follows(session, heir)
  }

  /** Judges by another configuration from now on, and asks soon about all that is open. */
  standOn(stand: Stand): void {
    const { sessions } = stand.ground
    const first = this.#stand === undefined
    this.#stand = stand
    if (!this.#heard.has(sessions)) {
      this.#heard.add(sessions)
      sessions.onForget(session => this.ended(session))
    }
    if (first) return
    let n = 0
    for (const group of this.#groups.values()) group.soon(Math.floor(n++ / AT_ONCE) * STEP, true)
  }

  /** A session was signed out of: its streams are cut now, those of its second factor's new id among them. */
  ended(session: string): void {
    this.#ended.delete(session)
    this.#ended.add(session)
    for (const oldest of this.#ended) {
      if (this.#ended.size <= MOST_ENDED) break
      this.#ended.delete(oldest)
    }
    this.#cutYoung(({ exchange }) => sessionOf(exchange) === session, 'signed out')
    for (const group of [...this.#groups.values()]) {
      if (group.holder?.session === session || group.holder?.heir === session) group.end('signed out')
    }
  }

  /** The gateway stops: what never ends by itself is cut in so many milliseconds, what may end is left to. */
  stop(ms: number): void {
    const cut = () => {
      this.#stopped = true
      this.#cutYoung(({ endless }) => endless, 'stop')
      for (const group of [...this.#groups.values()]) group.end('stop', true)
    }
    if (ms <= 0) cut()
    else this.#parts.after(ms, cut)
  }

  /** Streams that are open. */
  get size(): number {
    let size = this.#young.size
    for (const { streams } of this.#groups.values()) size += streams.size
    return size
  }

  #standing(): Stand {
    if (this.#stand === undefined) throw new TypeError('nothing is in force yet')
    return this.#stand
  }

  #cutYoung(which: (stream: Stream) => boolean, why: Why): void {
    const all = [...this.#young].filter(which)
    for (const stream of all) {
      this.#young.delete(stream)
      cutStream(stream, this.#parts.log)
      sayCut(this.#parts.log, [stream], why, undefined)
    }
  }

  #sweepLater(): void {
    this.#sweeping = true
    this.#parts.after(SWEEP, () => {
      this.#sweeping = false
      this.#sweep()
      if (this.#young.size > 0) this.#sweepLater()
    })
  }

  /** What is no short answer is put among the streams of its session and app. */
  #sweep(): void {
    if (this.#stopped) this.#cutYoung(({ endless }) => endless, 'stop')
    if (this.#stand === undefined) return
    const now = this.#parts.clock()
    for (const stream of this.#young) {
      // Also where the clock was set back.
      if (Math.abs(now - stream.confirmed) < YOUNG) continue
      this.#adopt(stream)
    }
  }

  #adopt(stream: Stream): void {
    this.#young.delete(stream)
    this.#join(stream, sessionOf(stream.exchange))
  }

  #join(stream: Stream, session: string | undefined): void {
    const { exchange } = stream
    const { identity, basic, request, site } = exchange
    const who =
      identity === undefined ? ['nobody'] : basic ? ['basic', request.authorization] : ['session', session]
    const key = JSON.stringify([site?.app.name, ...who])
    let group = this.#groups.get(key)
    if (group === undefined) {
      const holder =
        session === undefined ? undefined : this.#holders.hold(session, exchange, stream.confirmed)
      if (holder !== undefined) holder.groups++
      group = new Group(key, holder, this.#groupParts)
      this.#groups.set(key, group)
    }
    if (group.holder !== undefined) group.holder.lastSeen = Math.max(group.holder.lastSeen, stream.confirmed)
    group.join(stream)
    // Its head was late: it was let in before the sign-out, or by another configuration.
    if (session !== undefined && this.#ended.has(session)) group.soon(0)
    if (this.#stand?.ground.sites.get(request.host) !== site) group.soon(0, true)
  }

  #move(stream: Stream, session: string): void {
    stream.group?.leave(stream)
    this.#join(stream, session)
  }

  #emptied(group: Group): void {
    if (this.#groups.get(group.key) === group) this.#groups.delete(group.key)
    const { holder } = group
    if (holder === undefined) return
    holder.groups--
    if (holder.groups === 0) this.#holders.drop(holder)
  }
}
