/** The streams of one session and app: asked about together, by one timer. */
import type { Clock, Log } from '../../types.ts'
import type { After } from './after.ts'
import type { Holder, Holders } from './holders.ts'
import type { Others } from './others.ts'
import { lostGroup, type Party, partiesOf } from './party.ts'
import { type Finding, recheck, type Stand } from './recheck.ts'
import { cutStream, type Stream, sayCut, type Why } from './stream.ts'
import { findHeir } from './succession.ts'

export interface GroupParts {
  readonly clock: Clock
  readonly after: After
  readonly log: Log
  readonly holders: Holders
  readonly others?: Others
  readonly stand: () => Stand
  /** Whether a session was signed out of through the gateway: nobody takes its place. */
  readonly ended: (session: string) => boolean
  /** The last stream has left. */
  readonly emptied: (group: Group) => void
  /** Puts a stream among those of another session. */
  readonly move: (stream: Stream, session: string) => void
}

/** Milliseconds after the last confirmation and an interval that somebody has to show the new session. */
const HEIR = 700
/** Node's timers may be early by as much, in milliseconds. */
const EARLY = 50
const INTERVAL = 5_000

/** What was cut in one go, for one line each. */
type Cuts = Map<string, { why: Why; rule: string | undefined; streams: Stream[] }>

export class Group {
  readonly key: string
  /** Undefined for streams of Basic credentials, and of nobody. */
  readonly holder: Holder | undefined
  readonly streams = new Set<Stream>()
  readonly #parts: GroupParts
  #cancel: (() => void) | undefined
  #checking = false
  #again = false
  /** The rules have changed since the last check. */
  #reloaded = false

  constructor(key: string, holder: Holder | undefined, parts: GroupParts) {
    this.key = key
    this.holder = holder
    this.#parts = parts
  }

  join(stream: Stream): void {
    stream.group = this
    this.streams.add(stream)
    if (this.streams.size === 1)
      this.#plan(stream.confirmed + this.#app(stream).recheck - this.#parts.clock())
  }

  leave(stream: Stream): void {
    if (stream.group !== this) return
    stream.group = undefined
    this.streams.delete(stream)
    if (this.streams.size > 0) return
    this.#cancel?.()
    this.#parts.emptied(this)
  }

  /** Asks in so many milliseconds, and not only when it is time again. */
  soon(ms: number, reloaded = false): void {
    this.#reloaded ||= reloaded
    if (this.#checking) this.#again = true
    else this.#plan(ms)
  }

  /** Cuts all of it, or those of which no end is to be expected. */
  end(why: Why, endless = false): void {
    const all = [...this.streams].filter(stream => stream.endless || !endless)
    for (const stream of all) this.#cut(stream)
    sayCut(this.#parts.log, all, why, undefined)
  }

  #app({ exchange }: Stream): { readonly recheck: number; readonly counts_as_activity: boolean } {
    const { sites } = this.#parts.stand().ground
    return sites.get(exchange.request.host)?.app.streams ?? { recheck: INTERVAL, counts_as_activity: true }
  }

  #plan(ms: number): void {
    this.#cancel?.()
    const broken = (error: unknown) => {
      this.#failed(error)
      this.#checking = false
      this.#plan(INTERVAL)
    }
    this.#cancel = this.#parts.after(Math.max(0, ms), () => void this.#check().catch(broken))
  }

  async #check(): Promise<void> {
    const { clock, log } = this.#parts
    const started = clock()
    const cuts: Cuts = new Map()
    this.#checking = true
    this.#again = false
    const unsure = (party: Party) => (error: unknown) => {
      this.#failed(error)
      this.#settle(party, { kind: 'unsure' }, started, cuts)
    }
    await Promise.all(
      partiesOf(this.streams, this.#parts.stand().ground).map(party =>
        this.#ask(party, started, cuts).catch(unsure(party)),
      ),
    )
    this.#checking = false
    for (const { why, rule, streams } of cuts.values()) sayCut(log, streams, why, rule)
    const [first] = this.streams
    if (first === undefined) return
    if (!this.#again) this.#reloaded = false
    const { recheck: interval } = this.#app(first)
    // From its beginning, so that a slow answer does not stretch the interval; and whatever the clock was set to.
    this.#plan(this.#again ? 0 : Math.min(interval, started + interval - clock()))
  }

  #failed(error: unknown): void {
    const text = error instanceof Error ? error.stack : String(error)
    this.#parts.log.error({ error: text }, 'a question about a stream failed')
  }

  async #ask(party: Party, started: number, cuts: Cuts): Promise<void> {
    const [first] = party
    const { holder } = this
    const stand = this.#parts.stand()
    if (holder !== undefined && !this.#app(first).counts_as_activity) {
      // A clock that was set back must not keep anybody.
      holder.lastSeen = Math.min(holder.lastSeen, started)
      if (started - holder.lastSeen >= stand.inactivity) {
        const there = (await this.#parts.others?.lastUsed(holder.session)) ?? 0
        holder.lastSeen = Math.min(started, Math.max(holder.lastSeen, there))
      }
      if (started - holder.lastSeen >= stand.inactivity) {
        this.#settle(party, { kind: 'cut', why: 'idle' }, started, cuts)
        return
      }
    }
    const finding = await recheck(stand, first.exchange, holder?.session)
    if (finding.kind === 'login' && holder !== undefined && !this.#parts.ended(holder.session))
      await this.#follow(party, holder, started, cuts)
    else this.#settle(party, finding, started, cuts)
  }

  /** The session asks for a login: it is over, unless another took its place. */
  async #follow(party: Party, holder: Holder, started: number, cuts: Cuts): Promise<void> {
    const [first] = party
    const since = Math.min(...party.map(({ confirmed }) => confirmed))
    // Who had to pass the second factor for this app has no second factor to pass.
    const wait = first.exchange.policy === 'two_factor' ? 0 : this.#app(first).recheck + HEIR
    const wanted = () => party.some(stream => stream.group === this)
    const search = { holder, of: first.exchange, since, until: since + wait, wanted }
    const heir = await findHeir(search, this.#parts)
    if (heir?.finding.kind !== 'confirmed') {
      this.#settle(party, heir?.finding ?? { kind: 'login' }, started, cuts)
      return
    }
    for (const stream of party) {
      if (stream.group !== this) continue
      stream.confirmed = started
      this.#parts.move(stream, heir.session)
    }
  }

  /** Applies what was found to those of a party that are still open. */
  #settle(party: Party, finding: Finding, started: number, cuts: Cuts): void {
    const { clock, stand } = this.#parts
    for (const stream of party) {
      if (stream.group !== this) continue
      switch (finding.kind) {
        case 'confirmed': {
          const lost = lostGroup(stream, finding.identity?.groups ?? [])
          if (lost === undefined) stream.confirmed = started
          else this.#note(stream, 'group or rule', `the group ${lost} is gone`, cuts)
          break
        }
        case 'unsure': {
          const age = clock() - stream.confirmed
          const most = 2 * this.#app(stream).recheck + stand().grace
          if (age < 0 || age >= most - EARLY) this.#note(stream, 'not confirmed', undefined, cuts)
          break
        }
        case 'login':
          this.#note(stream, 'session ended', undefined, cuts)
          break
        case 'cut': {
          const ruled = finding.why === 'group or rule'
          this.#note(stream, ruled && this.#reloaded ? 'reload' : finding.why, finding.rule, cuts)
        }
      }
    }
  }

  #note(stream: Stream, why: Why, rule: string | undefined, cuts: Cuts): void {
    const key = `${why} ${rule ?? ''}`
    const line = cuts.get(key) ?? { why, rule, streams: [] }
    cuts.set(key, line)
    line.streams.push(stream)
    this.#cut(stream)
  }

  #cut(stream: Stream): void {
    this.leave(stream)
    cutStream(stream, this.#parts.log)
  }
}
