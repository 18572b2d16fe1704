/**
 * Questions on their way, by session: equal ones are asked once, and a sign-out finds those whose answer
 * would come too late. Only what has a session is here: two strangers must never share an answer, since
 * Authelia's carries the session that it hands out.
 */
import type { Clock } from '../types.ts'

/** All questions of one session that left between two sign-outs. */
interface Group<T> {
  /** The session was forgotten since: no answer of this group counts. */
  dead: boolean
  members: number
  /** The number of the latest question that was answered with `login`. */
  refused: number
  readonly shared: Map<string, { readonly left: number; readonly answer: Promise<T> }>
}

/** One question that left. */
export interface Flight<T> {
  readonly number: number
  readonly group: Group<T>
}

export class Flights<T> {
  readonly #clock: Clock
  readonly #groups = new Map<string, Group<T>>()
  #numbers = 0
  #flying = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Questions on their way. */
  get size(): number {
    return this.#flying
  }

  /** A question leaves. Every flight must `land`. */
  leave(session: string): Flight<T> {
    const group = this.#group(session)
    group.members++
    this.#flying++
    this.#numbers++
    return { number: this.#numbers, group }
  }

  /** Its answer came. Whether the answer counts: false where the session was forgotten meanwhile. */
  land(session: string, flight: Flight<T>): boolean {
    const { group } = flight
    group.members--
    this.#flying--
    if (group.members === 0 && this.#groups.get(session) === group) this.#groups.delete(session)
    return !group.dead
  }

  /** Authelia asked for a login: what was asked before is older news, and not to be kept. */
  refuse(flight: Flight<T>): void {
    flight.group.refused = Math.max(flight.group.refused, flight.number)
  }

  /** Whether a later question was not already answered with `login`. */
  mayKeep(flight: Flight<T>): boolean {
    return !flight.group.dead && flight.number > flight.group.refused
  }

  /**
   * The answer of an equal question on its way that left at most `age` milliseconds ago, or that of `ask`.
   * `mine`: whether `ask` was called.
   */
  share(
    session: string,
    key: string,
    age: number,
    ask: () => Promise<T>,
  ): { answer: Promise<T>; mine: boolean } {
    const now = this.#clock()
    const flying = this.#groups.get(session)?.shared.get(key)
    if (flying !== undefined && now >= flying.left && now - flying.left < age) {
      return { answer: flying.answer, mine: false }
    }
    const group = this.#group(session)
    group.members++
    const answer = ask()
    const entry = { left: now, answer }
    group.shared.set(key, entry)
    const end = () => {
      group.members--
      if (group.shared.get(key) === entry) group.shared.delete(key)
      if (group.members === 0 && this.#groups.get(session) === group) this.#groups.delete(session)
    }
    answer.then(end, end)
    return { answer, mine: true }
  }

  /** The session is over: no answer to what was asked until now counts, and nobody joins it any more. */
  forget(session: string): void {
    const group = this.#groups.get(session)
    if (group === undefined) return
    group.dead = true
    this.#groups.delete(session)
  }

  #group(session: string): Group<T> {
    let group = this.#groups.get(session)
    if (group === undefined) {
      group = { dead: false, members: 0, refused: 0, shared: new Map() }
      this.#groups.set(session, group)
    }
    return group
  }
}
