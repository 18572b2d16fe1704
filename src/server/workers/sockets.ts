/** The sockets of all listeners, which the first process keeps and the workers share. */
import type { Config } from '../../config/model.ts'
import type { Log } from '../../types.ts'
import { placesOf, sharesPort } from '../listeners.ts'
import { type BoundSocket, bindSocket } from './socket.ts'

export interface SocketChange {
  readonly open: readonly BoundSocket[]
  /** Puts all back as it was. @throws StartFault when a place was taken meanwhile */
  undo(): Promise<void>
  /** Makes it so. */
  done(): void
}

export class Sockets {
  readonly #log: Log
  #open: readonly BoundSocket[] = []

  constructor(log: Log) {
    this.#log = log
  }

  get open(): readonly BoundSocket[] {
    return this.#open
  }

  /**
   * Binds what `config` has and the one before had not. @param vacate has the workers let go of sockets,
   * for a new one may want the place of an old one (127.0.0.1:443 instead of 0.0.0.0:443)
   * @throws StartFault when one cannot be bound; then all is as it was
   */
  async change(
    config: Config,
    before: Config | undefined,
    workers: {
      vacate(places: readonly string[]): Promise<void>
      resume(open: readonly BoundSocket[]): Promise<void>
    },
  ): Promise<SocketChange> {
    const places = new Set(placesOf(config))
    const old = this.#open
    const leaving = old.filter(({ place }) => !places.has(place))
    let opened: readonly BoundSocket[] = []
    let vacated = false
    const undo = async () => {
      for (const one of opened) one.close()
      opened = []
      if (!vacated || !before) return
      const back = await this.#bind(
        before,
        old.filter(one => !leaving.includes(one)),
        old,
      )
      this.#open = inOrder(before, [...old.filter(one => !leaving.includes(one)), ...back])
      await workers.resume(this.#open)
    }
    try {
      opened = await this.#bind(config, old).catch(async error => {
        if (leaving.length === 0) throw error
        vacated = true
        await workers.vacate(leaving.map(({ place }) => place))
        for (const one of leaving) one.close()
        return this.#bind(config, old)
      })
    } catch (error) {
      await undo()
      throw error
    }
    const open = inOrder(config, [...old, ...opened])
    return {
      open,
      undo,
      done: () => {
        this.#open = open
        if (!vacated) for (const one of leaving) one.close()
        for (const { address } of opened) this.#log.info({ address }, 'listening')
        for (const { address } of leaving) this.#log.info({ address }, 'listening no more')
      },
    }
  }

  /** Binds all of a configuration but those that are there. @param ports of an earlier time, for those that say any */
  async #bind(
    config: Config,
    there: readonly BoundSocket[],
    ports: readonly BoundSocket[] = [],
  ): Promise<readonly BoundSocket[]> {
    const bound: BoundSocket[] = []
    try {
      const places = placesOf(config)
      for (const [at, listener] of config.listen.entries()) {
        const place = places[at] ?? ''
        if (there.some(one => one.place === place)) continue
        const port = ports.find(one => one.place === place)?.port
        const alone = !sharesPort(listener, config.listen)
        bound.push(await bindSocket(listener, place, alone, port))
      }
      return bound
    } catch (error) {
      for (const one of bound) one.close()
      throw error
    }
  }

  close(): void {
    for (const one of this.#open) one.close()
    this.#open = []
  }
}

function inOrder(config: Config, sockets: readonly BoundSocket[]): readonly BoundSocket[] {
  return placesOf(config).flatMap(place => sockets.find(one => one.place === place) ?? [])
}
