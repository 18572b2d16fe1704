/** What the streams of one worker must know of the others, for a browser's requests are spread over all. */
import type { Config } from '../../config/model.ts'
import type { Others } from '../../door/streams/others.ts'
import { usableSession } from '../../session/desk.ts'
import { Generations } from '../../session/generations.ts'
import type { Clock } from '../../types.ts'
import type { Heard, News } from './messages.ts'

/** Sessions whose last use is remembered, in each of two generations. */
const MOST = 100_000
const BYTES = 32 * 1024 * 1024

export class Neighbours implements Others {
  readonly #spread: (news: News) => Promise<Heard>
  readonly #clock: Clock
  /** Undefined where no stream keeps an idle clock: then nobody asks. */
  #uses: Generations<number> | undefined
  #life = 0

  constructor(spread: (news: News) => Promise<Heard>, clock: Clock) {
    this.#spread = spread
    this.#clock = clock
  }

  /** A configuration is in force. */
  takeOver({ apps, session }: Config): void {
    const asked = apps.some(({ streams }) => !streams.counts_as_activity)
    const life = session.inactivity
    if (asked && this.#uses !== undefined && this.#life === life) return
    this.#life = life
    const bounds = { life, mostKeys: MOST, mostBytes: BYTES }
    this.#uses = asked ? new Generations(bounds, this.#clock) : undefined
  }

  used(session: string): void {
    const uses = this.#uses
    if (uses === undefined || usableSession(session) === undefined) return
    if (uses.young(session) === undefined) uses.makeRoom(session.length + 64)
    uses.set(session, this.#clock())
  }

  /** When it was last used here, for another worker that asks. */
  usedHere(session: string): number {
    return this.#uses?.young(session) ?? this.#uses?.old(session) ?? 0
  }

  async lastUsed(session: string): Promise<number> {
    const { used } = await this.#spread({ kind: 'used', session })
    return used
  }

  follows(session: string, heir: string): void {
    if (usableSession(session) === undefined || usableSession(heir) === undefined) return
    void this.#spread({ kind: 'follows', session, heir })
  }
}
