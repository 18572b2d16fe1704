/** All workers: started, told, asked, replaced when they die, and sent home. */
import type { Config } from '../../config/model.ts'
import type { Basics } from '../rooms.ts'
import { CLOSE, DRAIN } from '../service.ts'
import { StartFault } from '../start-fault.ts'
import { backoff } from './backoff.ts'
import { type Answer, type Child, startChild } from './child.ts'
import type { Ask, News, PortalSockets } from './messages.ts'
import type { BoundSocket } from './socket.ts'

/** What all of them serve. */
export interface Order {
  readonly config: Config
  readonly portal: PortalSockets | undefined
  readonly sockets: readonly BoundSocket[]
}

/** How long a worker may take to forget a session before it is killed: somebody waits for it. Milliseconds. */
const PATIENCE = 1_000
/** How long it may take to change over. */
const CHANGING = 5_000
/** How long it may take to begin, and to read what a configuration names. */
const READING = 20_000

export class Team {
  readonly #basics: Basics
  readonly #secret: Uint8Array
  readonly #children = new Set<Child>()
  readonly #delays = backoff()
  #order: Order | undefined
  /** Counts orders, so that who was preparing meanwhile knows that it is for an old one. */
  #version = 0
  #stopping = false

  constructor(secret: Uint8Array, basics: Basics) {
    this.#secret = secret
    this.#basics = basics
  }

  /** Those that take new connections. */
  get size(): number {
    return [...this.#children].filter(child => child.serving && !child.retired).length
  }

  /** Starts the first ones. @throws StartFault where one cannot serve; then none is left */
  async begin(order: Order, size: number): Promise<void> {
    this.#order = order
    try {
      await Promise.all(numbers(size).map(worker => this.#enlist(worker)))
    } catch (error) {
      await this.stop(0)
      throw error
    }
  }

  /**
   * Has everybody make a configuration ready, and is done when all have. Who does not answer is killed.
   * @returns what puts it in force everywhere, or drops it
   * @throws StartFault of one that cannot; then nobody keeps it
   */
  async prepare(
    ask: Ask,
  ): Promise<{ commit(order: Order, size: number): Promise<void>; abort(): Promise<void> }> {
    const asked = this.#serving()
    const abort = () => all(asked.map(child => this.#must(child, { kind: 'abort' }, CHANGING)))
    const answers = await Promise.allSettled(asked.map(child => child.ask(ask, READING)))
    const failed = answers.find(answer => answer.status === 'rejected')
    if (failed) {
      await abort()
      throw failed.reason
    }
    const commit = async (order: Order, size: number) => {
      this.#order = order
      this.#version++
      const serving = this.#serving()
      // One that came meanwhile serves the old; another will come in its place.
      for (const late of serving.filter(child => !asked.includes(child))) late.kill()
      await all(
        asked.map(child => {
          child.give(order.sockets)
          return this.#must(child, { kind: 'commit' }, CHANGING)
        }),
      )
      await this.#resize(size)
    }
    return { commit, abort }
  }

  /** Tells everybody who serves; who does not answer in time, or cannot, is killed. */
  async tell(ask: Ask, except?: Child): Promise<readonly Answer[]> {
    const others = this.#serving().filter(child => child !== except)
    const limit = ask.kind === 'forget' || ask.kind === 'hold' ? PATIENCE : CHANGING
    return Promise.all(others.map(child => this.#must(child, ask, limit)))
  }

  /** Has everybody listen again on sockets that were left. */
  async resume(sockets: readonly BoundSocket[]): Promise<void> {
    if (this.#order) this.#order = { ...this.#order, sockets }
    for (const child of this.#serving()) child.give(sockets)
    await this.tell({ kind: 'resume' })
  }

  /** @returns whether nothing had to be cut */
  async stop(limit: number): Promise<boolean> {
    this.#stopping = true
    this.#delays.clear()
    const ways = await Promise.all([...this.#children].map(child => this.#dismiss(child, limit)))
    return ways.every(Boolean)
  }

  #serving(): Child[] {
    return [...this.#children].filter(child => child.serving)
  }

  async #must(child: Child, ask: Ask, limit: number): Promise<Answer> {
    try {
      return await child.ask(ask, limit)
    } catch (error) {
      const { worker, pid } = child
      this.#basics.log.error({ worker, pid, fault: String(error) }, 'a worker failed and is killed')
      child.kill()
      await child.gone
      return 'gone'
    }
  }

  /** Starts one and brings it to serve what is in force by then. @throws StartFault where it cannot */
  async #enlist(worker: number): Promise<void> {
    const { log, clock } = this.#basics
    const spread = (from: Child, news: News) => this.tell(news, from)
    const child = startChild(worker, { log, spread })
    const started = clock()
    this.#children.add(child)
    child.gone.then(how => {
      this.#children.delete(child)
      if (child.serving && !child.retired && !this.#stopping) {
        log.error({ worker, pid: child.pid, ...how }, 'a worker died; another takes its place')
        this.#replace(worker, clock() - started)
      }
    })
    try {
      await child.up
      await alive(child.ask({ kind: 'begin', worker, secret: this.#secret }, READING))
      let version: number
      do {
        version = this.#version
        const { config, portal } = this.#inForce()
        await alive(child.ask({ kind: 'prepare', config, portal }, READING))
      } while (version !== this.#version)
      if (child.retired || this.#stopping) throw new StartFault('The worker is not needed any more.')
      child.serving = true
      child.give(this.#inForce().sockets)
      await alive(child.ask({ kind: 'commit' }, READING))
      log.info({ worker, pid: child.pid }, 'worker ready')
    } catch (error) {
      child.retired = true
      child.kill()
      await child.gone
      throw error
    }
  }

  #inForce(): Order {
    if (!this.#order) throw new TypeError('nothing is in force')
    return this.#order
  }

  #replace(worker: number, lived: number): void {
    this.#delays.after(worker, lived, () => {
      const begun = this.#basics.clock()
      this.#enlist(worker).catch((error: unknown) => {
        if (this.#stopping) return
        this.#basics.log.error(
          { worker, fault: String(error) },
          'a worker could not be started; trying again',
        )
        this.#replace(worker, this.#basics.clock() - begun)
      })
    })
  }

  async #resize(size: number): Promise<void> {
    this.#delays.clear()
    const here = [...this.#children].filter(child => !child.retired)
    for (const child of here.filter(({ worker }) => worker > size)) void this.#dismiss(child, DRAIN)
    const missing = numbers(size).filter(worker => !here.some(child => child.worker === worker))
    await all(missing.map(worker => this.#enlist(worker).catch(() => this.#replace(worker, 0))))
  }

  /** @returns whether it ended in order, with nothing cut */
  async #dismiss(child: Child, limit: number): Promise<boolean> {
    child.retired = true
    if (!child.serving) child.kill()
    const how = await child
      .ask({ kind: 'stop', limit }, limit + CLOSE + PATIENCE)
      .catch(() => 'gone' as const)
    const timer = setTimeout(() => child.kill(), PATIENCE)
    await child.gone
    clearTimeout(timer)
    return how !== 'gone' && !how.cut
  }
}

function numbers(size: number): number[] {
  return Array.from({ length: size }, (_, at) => at + 1)
}

async function all(things: readonly Promise<unknown>[]): Promise<void> {
  await Promise.all(things)
}

/** @throws StartFault where it ended instead of answering */
async function alive(answer: Promise<unknown>): Promise<void> {
  if ((await answer) === 'gone') throw new StartFault('A worker process ended while it was starting.')
}
