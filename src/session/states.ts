/** Who a session is and at which level, kept as long as a verdict. Only logged-in states are kept. */
import type { Clock } from '../types.ts'
import { Generations } from './generations.ts'
import type { State } from './verdict.ts'

export interface StatesOptions {
  /** Milliseconds that a state may be used after it was asked for; 0: not at all. */
  readonly ttl: number
  /** The same while Authelia is unreachable. */
  readonly grace: number
  /** Bounds one generation; there are two. */
  readonly mostSessions?: number
}

const MOST_SESSIONS = 50_000
const MOST_BYTES = 16 * 1024 * 1024
const ENTRY_BYTES = 200

export class States {
  readonly #options: StatesOptions
  readonly #clock: Clock
  readonly #states: Generations<{ readonly state: State; readonly asked: number }>

  constructor(options: StatesOptions, clock: Clock) {
    this.#options = options
    this.#clock = clock
    this.#states = new Generations(
      {
        life: Math.max(options.ttl, options.grace),
        mostKeys: options.mostSessions ?? MOST_SESSIONS,
        mostBytes: MOST_BYTES,
      },
      clock,
    )
  }

  fresh(session: string): State | undefined {
    return this.#within(session, this.#options.ttl)
  }

  /** What `grace` still lets live; only while Authelia is unreachable. */
  stale(session: string): State | undefined {
    return this.#within(session, this.#options.grace)
  }

  #within(session: string, life: number): State | undefined {
    const kept = this.#states.young(session) ?? this.#states.old(session)
    if (kept === undefined) return undefined
    const age = this.#clock() - kept.asked
    return age >= 0 && age < life ? kept.state : undefined
  }

  keep(session: string, state: State, asked: number): void {
    if (this.#options.ttl <= 0 && this.#options.grace <= 0) return
    this.#states.makeRoom(ENTRY_BYTES + session.length + state.user.length)
    this.#states.set(session, { state, asked })
  }

  forget(session: string): void {
    this.#states.delete(session)
  }

  get size(): number {
    return this.#states.size
  }
}
