/** What is remembered of the sessions that have open streams, and of no other. */
import type { Exchange } from '../../authz/exchange.ts'
import { ownCopy } from '../../session/generations.ts'

/** One session with open streams. */
export interface Holder {
  readonly session: string
  readonly user: string
  readonly client: string
  readonly agent: string
  /** Its groups, one an app. */
  groups: number
  /** Clock milliseconds of its last request; neither a question about a stream nor a byte of one is a request. */
  lastSeen: number
  /** The id that the portal's own answer set in the place of this one. */
  heir: string | undefined
  /** Other sessions of the same user, address and User-Agent, and when each was first seen. */
  readonly shown: Map<string, number>
  /** Called when there is a new heir, or a new one is shown. */
  readonly waiting: Set<() => void>
}

/** Sessions that are remembered beside one: what comes after them is not looked at, and is no heir. */
const MOST_SHOWN = 16

export class Holders {
  readonly #bySession = new Map<string, Holder>()
  readonly #byUser = new Map<string, Set<Holder>>()

  get size(): number {
    return this.#bySession.size
  }

  find(session: string): Holder | undefined {
    return this.#bySession.get(session)
  }

  /** The holder of a session, from the first stream of it. */
  hold(session: string, of: Exchange, now: number): Holder {
    const found = this.#bySession.get(session)
    if (found !== undefined) return found
    const user = of.identity?.user ?? ''
    const holder: Holder = {
      session: ownCopy(session),
      user,
      client: of.request.client,
      agent: agentOf(of),
      groups: 0,
      lastSeen: now,
      heir: undefined,
      shown: new Map(),
      waiting: new Set(),
    }
    this.#bySession.set(holder.session, holder)
    const mine = this.#byUser.get(user) ?? new Set()
    this.#byUser.set(user, mine.add(holder))
    return holder
  }

  drop(holder: Holder): void {
    this.#bySession.delete(holder.session)
    const mine = this.#byUser.get(holder.user)
    mine?.delete(holder)
    if (mine?.size === 0) this.#byUser.delete(holder.user)
  }

  /** A request of somebody's, whatever became of it. */
  seen(exchange: Exchange, now: number): void {
    const { session, identity } = exchange
    if (session.kind !== 'one') return
    const holder = this.#bySession.get(session.value)
    if (holder !== undefined) holder.lastSeen = now
    else if (identity !== undefined && !exchange.basic) {
      const mine = this.#byUser.get(identity.user)
      if (mine !== undefined) this.#show(mine, session.value, exchange, now)
    }
  }

  #show(mine: ReadonlySet<Holder>, session: string, exchange: Exchange, now: number): void {
    for (const holder of mine) {
      if (holder.shown.has(session) || holder.shown.size >= MOST_SHOWN) continue
      const { client } = exchange.request
      // Where nobody tells addresses, all have the same.
      if (client === '' || holder.client !== client || holder.agent !== agentOf(exchange)) continue
      holder.shown.set(ownCopy(session), now)
      wake(holder)
    }
  }

  /** The portal has set `heir` in the place of `session`, for one and the same browser. */
  follows(session: string, heir: string): void {
    if (this.#bySession.size === 0 || session === heir) return
    for (const holder of this.#bySession.values()) {
      // First the password anew, then the code: two ids, one after the other.
      if (holder.session !== session && holder.heir !== session) continue
      holder.heir = ownCopy(heir)
      wake(holder)
    }
  }

  /** Who may have taken the place of a session: by the portal's word, else who was first seen since `since`. */
  heirs(holder: Holder, since: number): string[] {
    const { heir, shown } = holder
    const news = [...shown].filter(([, at]) => at >= since).map(([session]) => session)
    return heir === undefined ? news : [heir, ...news]
  }
}

function wake(holder: Holder): void {
  for (const one of holder.waiting) one()
}

function agentOf({ arrival: { headers } }: Exchange): string {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    if (headers[i]?.length === 10 && headers[i]?.toLowerCase() === 'user-agent') return headers[i + 1] ?? ''
  }
  return ''
}
