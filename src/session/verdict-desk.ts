/** Where verdicts are asked for: from the store, together with an equal question, or from Authelia. */
import { authzHeaders, headBytes } from './authelia.ts'
import { BasicGuard, type BasicLimits } from './basic-guard.ts'
import { Deadline } from './deadline.ts'
import { type DeskOptions, type DeskParts, NEW, ROUNDS, unreachable, usableSession } from './desk.ts'
import { type Flight, Flights } from './flights.ts'
import { readVerdict } from './read-verdict.ts'
import type { Question, Verdict } from './verdict.ts'
import { Verdicts } from './verdicts.ts'

/** Authelia answers a wrong password after about 2 s, on purpose: `timeout` alone would make an outage of it. */
const BASIC_EXTRA = 3_000

const LOGIN: Verdict = { kind: 'login', cookies: [] }

export class VerdictDesk {
  readonly #options: DeskOptions
  readonly #parts: DeskParts
  readonly #verdicts: Verdicts
  readonly #flights: Flights<Verdict>
  readonly #guard: BasicGuard
  /** Called when Authelia asks a session for a login. */
  readonly #onLogin: (session: string) => void

  constructor(
    options: DeskOptions & { basic: BasicLimits },
    parts: DeskParts,
    onLogin: (session: string) => void,
  ) {
    this.#options = options
    this.#parts = parts
    this.#verdicts = new Verdicts(options, parts.clock)
    this.#flights = new Flights(parts.clock)
    this.#guard = new BasicGuard(options.basic, parts.clock)
    this.#onLogin = onLogin
  }

  verdict(question: Question): Verdict | Promise<Verdict> {
    const kept = this.#verdicts.fresh(question)
    if (kept !== undefined) {
      this.#parts.counters.kept++
      return kept
    }
    return this.#inquire(question, true)
  }

  /** As `verdict`, but from Authelia itself: not from what is kept, nor by `grace`. */
  anew(question: Question): Promise<Verdict> {
    return this.#inquire(question, false)
  }

  /** Drops what is kept of a session and what is on its way. */
  forget(session: string): void {
    this.#verdicts.forget(session)
    this.#flights.forget(session)
  }

  async #inquire(given: Question, graced: boolean): Promise<Verdict> {
    const session = usableSession(given.session)
    const authorization = given.authorization === '' ? undefined : given.authorization
    const question = { ...given, session, authorization }
    if (authorization !== undefined) {
      return this.#timed(this.#options.timeout + BASIC_EXTRA, deadline => this.#basic(question, deadline))
    }
    const ask = () => this.#timed(this.#options.timeout, deadline => this.#ask(question, deadline, graced))
    if (session === undefined) return ask()
    const key = this.#shareKey(question, graced)
    const { answer, mine } = this.#flights.share(session, key, graced ? this.#options.ttl : NEW, ask)
    if (mine) return answer
    this.#parts.counters.shared++
    return this.#follow(await answer, ask)
  }

  /** JSON, so that no text in one place can pass for another's. */
  #shareKey(question: Question, graced: boolean): string {
    const { method, scheme, host, target, client } = question
    return JSON.stringify(
      this.#options.scope === 'app'
        ? [graced, method, host, client]
        : [graced, method, scheme, host, target, client],
    )
  }

  /** What another's answer means for a question that waited for it. */
  #follow(verdict: Verdict, ask: () => Promise<Verdict>): Verdict | Promise<Verdict> {
    // A new session id is handed to one browser alone, even where a planted cookie made two look like one.
    if (verdict.kind === 'login') return LOGIN
    // Of the same app, but not of the same address.
    if (verdict.kind === 'malformed' && this.#options.scope === 'app') return ask()
    return verdict
  }

  async #timed(time: number, ask: (deadline: Deadline) => Promise<Verdict>): Promise<Verdict> {
    const deadline = new Deadline(time)
    try {
      return await ask(deadline)
    } finally {
      deadline.end()
    }
  }

  async #basic(question: Question, deadline: Deadline): Promise<Verdict> {
    const verdict = await this.#guard.ask(question.client, deadline, () =>
      this.#ask(question, deadline, true),
    )
    if (verdict.kind === 'busy') this.#parts.counters.limited++
    return verdict
  }

  /** Asks Authelia, and once more where the session was signed out of meanwhile: that allow is nobody's. */
  async #ask(question: Question, deadline: Deadline, graced: boolean): Promise<Verdict> {
    const { session } = question
    for (let round = 0; round < ROUNDS; round++) {
      const left = this.#parts.clock()
      const flight = session === undefined ? undefined : this.#flights.leave(session)
      const verdict = await this.#exchange(question, deadline, left)
      const counts = session === undefined || flight === undefined || this.#flights.land(session, flight)
      if (counts) return this.#take(question, verdict, { flight, left, graced })
      if (verdict.kind !== 'allow') return verdict
    }
    return LOGIN
  }

  async #exchange(question: Question, deadline: Deadline, left: number): Promise<Verdict> {
    const { authelia, counters, outage } = this.#parts
    const { cookie, ttl } = this.#options
    counters.asked++
    const answer = await authelia.authz(question, deadline)
    const lasting = question.session !== undefined && question.authorization === undefined
    const verdict = readVerdict(answer, {
      cookie,
      until: lasting ? left + ttl : left,
      authorization: question.authorization !== undefined,
      bytes: headBytes(authzHeaders(question, cookie)),
    })
    if (verdict.kind === 'unavailable') {
      counters.failed++
      outage.failed(verdict)
    } else outage.answered()
    return verdict
  }

  /** What a verdict means for the store. */
  #take(
    question: Question,
    verdict: Verdict,
    asked: { flight: Flight<Verdict> | undefined; left: number; graced: boolean },
  ): Verdict {
    const { session } = question
    const { flight, left, graced } = asked
    if (session === undefined || flight === undefined) return verdict
    switch (verdict.kind) {
      case 'allow':
        if (this.#flights.mayKeep(flight)) this.#verdicts.keep(question, verdict, left)
        return verdict
      case 'login':
        // The session may have ended: nothing that it was allowed before may outlive this, by grace least of all.
        this.#flights.refuse(flight)
        this.#verdicts.forget(session)
        this.#onLogin(session)
        return verdict
      case 'deny':
      case 'malformed':
        this.#verdicts.drop(question)
        return verdict
      case 'unavailable': {
        const kept = graced && unreachable(verdict) ? this.#verdicts.stale(question) : undefined
        if (kept !== undefined) this.#parts.counters.grace++
        return kept ?? verdict
      }
      default:
        return verdict
    }
  }
}
