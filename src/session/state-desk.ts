/** Where states are asked for: from the store, together with an equal question, or from Authelia. */
import { Deadline } from './deadline.ts'
import { type DeskOptions, type DeskParts, NEW, ROUNDS, unreachable, usableSession } from './desk.ts'
import { Flights } from './flights.ts'
import { readState } from './read-state.ts'
import { States } from './states.ts'
import { isUnavailable, type State, type Unavailable } from './verdict.ts'

type Known = State | undefined | Unavailable

export class StateDesk {
  readonly #options: DeskOptions
  readonly #parts: DeskParts
  readonly #states: States
  readonly #flights: Flights<Known>

  constructor(options: DeskOptions, parts: DeskParts) {
    this.#options = options
    this.#parts = parts
    this.#states = new States(options, parts.clock)
    this.#flights = new Flights(parts.clock)
  }

  async state(given: string): Promise<Known> {
    const session = usableSession(given)
    if (session === undefined) return undefined
    const { counters } = this.#parts
    const kept = this.#states.fresh(session)
    if (kept !== undefined) {
      counters.kept++
      return kept
    }
    return this.#share(session, '', this.#options.ttl, true)
  }

  /** As `state`, but from Authelia itself: not from what is kept, nor by `grace`. */
  async anew(given: string): Promise<Known> {
    const session = usableSession(given)
    return session === undefined ? undefined : this.#share(session, 'anew', NEW, false)
  }

  #share(session: string, key: string, age: number, graced: boolean): Promise<Known> {
    const { answer, mine } = this.#flights.share(session, key, age, () => this.#ask(session, graced))
    if (!mine) this.#parts.counters.shared++
    return answer
  }

  /** Drops what is kept of a session and what is on its way. */
  forget(session: string): void {
    this.#states.forget(session)
    this.#flights.forget(session)
  }

  /** Drops what is kept alone. */
  drop(session: string): void {
    this.#states.forget(session)
  }

  async #ask(session: string, graced: boolean): Promise<Known> {
    const { authelia, clock } = this.#parts
    const deadline = new Deadline(this.#options.timeout)
    try {
      for (let round = 0; round < ROUNDS; round++) {
        const left = clock()
        const flight = this.#flights.leave(session)
        this.#parts.counters.asked++
        const known = readState(await authelia.state(session, deadline))
        if (this.#flights.land(session, flight)) return this.#take(session, known, left, graced)
        // Signed out of meanwhile: that user is nobody's any more.
        if (known === undefined || isUnavailable(known)) return known
      }
      return undefined
    } finally {
      deadline.end()
    }
  }

  #take(session: string, known: Known, left: number, graced: boolean): Known {
    const { counters, outage } = this.#parts
    if (known === undefined) {
      outage.answered()
      this.#states.forget(session)
      return undefined
    }
    if (!isUnavailable(known)) {
      outage.answered()
      this.#states.keep(session, known, left)
      return known
    }
    counters.failed++
    outage.failed(known)
    const kept = graced && unreachable(known) ? this.#states.stale(session) : undefined
    if (kept !== undefined) counters.grace++
    return kept ?? known
  }
}
