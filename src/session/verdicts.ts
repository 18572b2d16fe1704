/**
 * Allows that were given, kept for a short while and found again without making a string, an array or a
 * promise. Refusals are never kept, nor what was answered without a session or to an Authorization.
 */
import type { Clock } from '../types.ts'
import { Generations, ownCopy } from './generations.ts'
import type { Allow, Question } from './verdict.ts'

export interface VerdictsOptions {
  /** Milliseconds that an allow may be used after it was asked for; 0: not at all. */
  readonly ttl: number
  /** The same while Authelia is unreachable. */
  readonly grace: number
  /** What an allow holds for: this very request, or everything of the session on the same host and method. */
  readonly scope: 'request' | 'app'
  /** Bounds of one generation; there are two. */
  readonly mostSessions?: number
  readonly mostBytes?: number
}

interface Kept {
  readonly method: string
  readonly scheme: string
  readonly host: string
  readonly target: string
  readonly client: string
  readonly allow: Allow
  /** Clock milliseconds at which the question left: a verdict's life is counted from there. */
  readonly asked: number
  /** Others of the same host and target (scope request) or host (scope app). */
  readonly next: Kept | undefined
}

/** What is kept of one session: by host, then by target. A home has many apps, and all have a `/`. */
interface Shelf {
  readonly hosts: Map<string, Map<string, Kept>>
  /** Targets in all. */
  size: number
}

const MOST_SESSIONS = 50_000
const MOST_BYTES = 48 * 1024 * 1024
/** Targets of one session; a crawler with a cookie must not drive out everybody else's verdicts. */
const MOST_OF_ONE = 2_000
/** Allows of one session, host and target: other methods and addresses. */
const MOST_ALIKE = 8
/** What an entry weighs beside its strings, roughly. */
const ENTRY_BYTES = 600

export class Verdicts {
  readonly #ttl: number
  readonly #grace: number
  readonly #byHost: boolean
  readonly #clock: Clock
  readonly #sessions: Generations<Shelf>

  constructor(options: VerdictsOptions, clock: Clock) {
    this.#ttl = options.ttl
    this.#grace = options.grace
    this.#byHost = options.scope === 'app'
    this.#clock = clock
    this.#sessions = new Generations(
      {
        life: Math.max(options.ttl, options.grace),
        mostKeys: options.mostSessions ?? MOST_SESSIONS,
        mostBytes: options.mostBytes ?? MOST_BYTES,
      },
      clock,
    )
  }

  /** A fresh allow for this question, the very object that was kept. */
  fresh(question: Question): Allow | undefined {
    return this.#within(question, this.#ttl)
  }

  /** An allow that `grace` still lets live; only while Authelia is unreachable. */
  stale(question: Question): Allow | undefined {
    return this.#within(question, this.#grace)
  }

  #within(question: Question, life: number): Allow | undefined {
    const { session } = question
    if (session === undefined || question.authorization !== undefined || life <= 0) return undefined
    const kept =
      this.#find(this.#sessions.young(session), question) ?? this.#find(this.#sessions.old(session), question)
    if (kept === undefined) return undefined
    const age = this.#clock() - kept.asked
    // A clock that was set back must not make anything live longer.
    return age >= 0 && age < life ? kept.allow : undefined
  }

  #target(question: Question): string {
    return this.#byHost ? '' : question.target
  }

  #find(shelf: Shelf | undefined, question: Question): Kept | undefined {
    let kept = shelf?.hosts.get(question.host)?.get(this.#target(question))
    while (kept !== undefined && !this.#answers(kept, question)) kept = kept.next
    return kept
  }

  #answers(kept: Kept, question: Question): boolean {
    return (
      kept.host === question.host &&
      kept.method === question.method &&
      kept.client === question.client &&
      kept.scheme === question.scheme &&
      (this.#byHost || kept.target === question.target)
    )
  }

  /** Keeps an allow. `asked`: clock milliseconds at which its question left. */
  keep(question: Question, allow: Allow, asked: number): void {
    const { session, method, scheme } = question
    if (session === undefined || question.authorization !== undefined) return
    if (this.#ttl <= 0 && this.#grace <= 0) return
    const target = this.#byHost ? '' : ownCopy(question.target)
    const host = ownCopy(question.host)
    // A piece of an X-Forwarded-For, whose left a client fills at will.
    const client = ownCopy(question.client)
    this.#sessions.makeRoom(ENTRY_BYTES + session.length + target.length + host.length)
    let shelf = this.#sessions.young(session)
    if (shelf === undefined || shelf.size >= MOST_OF_ONE) {
      shelf = { hosts: new Map(), size: 0 }
      this.#sessions.set(session, shelf)
    }
    const targets = shelf.hosts.get(host) ?? new Map<string, Kept>()
    if (targets.size === 0) shelf.hosts.set(host, targets)
    const before = targets.get(target)
    if (before === undefined) shelf.size++
    const next = this.#without(before, question)
    targets.set(target, { method, scheme, host, target, client, allow, asked, next })
  }

  /** Drops the allow of this one question: Authelia has changed its mind. */
  drop(question: Question): void {
    const { session } = question
    if (session === undefined) return
    for (const shelf of [this.#sessions.young(session), this.#sessions.old(session)]) {
      const targets = shelf?.hosts.get(question.host)
      const first = targets?.get(this.#target(question))
      if (shelf === undefined || targets === undefined || first === undefined) continue
      const rest = this.#without(first, question)
      if (rest !== undefined) targets.set(first.target, rest)
      else if (targets.delete(first.target)) shelf.size--
    }
  }

  #without(list: Kept | undefined, question: Question): Kept | undefined {
    let result: Kept | undefined
    let length = 1
    for (let kept = list; kept !== undefined && length < MOST_ALIKE; kept = kept.next) {
      if (this.#answers(kept, question)) continue
      result = { ...kept, next: result }
      length++
    }
    return result
  }

  /** Drops everything of a session. */
  forget(session: string): void {
    this.#sessions.delete(session)
  }

  /** Sessions of which something is kept; one in both generations counts twice. */
  get size(): number {
    return this.#sessions.size
  }
}
