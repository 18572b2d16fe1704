/** What one worker serves: a configuration, and the listeners on sockets that it was given. */
import type { Config, Listener } from '../../config/model.ts'
import type { Certificates } from '../certificates.ts'
import { drain } from '../drain.ts'
import { closeGeneration, type Generation, openGeneration, undoGeneration } from '../generation.ts'
import { type OpenListener, openListener } from '../listener.ts'
import { entryOf, placesOf } from '../listeners.ts'
import { realRooms } from '../real-rooms.ts'
import type { Basics, Lasting, Rooms } from '../rooms.ts'
import { CLOSE, certificatesOf, DRAIN, STREAMS, within } from '../service.ts'
import { workersOf } from './count.ts'
import type { PortalSockets, Socket } from './messages.ts'
import type { Neighbours } from './neighbours.ts'
import type { SharedSessions } from './shared-sessions.ts'
import type { Handle } from './socket.ts'

interface Ready {
  readonly generation: Generation
  readonly certificates: ReadonlyMap<Listener, Certificates>
}

export class Station {
  readonly #basics: Lasting
  readonly #shared: SharedSessions
  readonly #neighbours: Neighbours
  readonly #sockets = new Map<string, { readonly handle: Handle; readonly unix: boolean }>()
  /** By place. */
  readonly #listeners = new Map<string, OpenListener>()
  #stopping = false
  #now: Ready | undefined
  #next: Ready | undefined

  constructor(basics: Basics, shared: SharedSessions, neighbours: Neighbours) {
    this.#basics = { ...basics, streams: realRooms.openStreams(basics, neighbours) }
    this.#neighbours = neighbours
    this.#shared = shared
  }

  /** Another worker saw the portal set one session in the place of another. */
  followed(session: string, heir: string): void {
    this.#basics.streams.followed(session, heir)
  }

  /** A socket for the next commit or resume. */
  receive({ place, unix }: Socket, handle: unknown): void {
    if (!isHandle(handle)) throw new TypeError('a socket came without its handle')
    this.#sockets.get(place)?.handle.close()
    this.#sockets.set(place, { handle, unix })
  }

  /** @throws whatever keeps the configuration from being served; then all is as it was */
  async prepare(config: Config, portal: PortalSockets | undefined): Promise<void> {
    await this.abort()
    const certificates = await certificatesOf(config, this.#basics.clock, () => {})
    const before = this.#now?.generation
    const rooms = this.#rooms(portal)
    const nowhere = () => ''
    this.#next = {
      certificates,
      generation: await openGeneration(config, before, nowhere, rooms, this.#basics),
    }
  }

  async renew(): Promise<void> {
    await this.abort()
    if (!this.#now) return
    const { generation } = this.#now
    this.#next = {
      generation,
      certificates: await certificatesOf(generation.config, this.#basics.clock, () => {}),
    }
  }

  async abort(): Promise<void> {
    const next = this.#next
    this.#next = undefined
    if (next && next.generation !== this.#now?.generation)
      await undoGeneration(next.generation, this.#now?.generation)
  }

  /** Serves what was prepared from now on, by every listener of it. */
  async commit(): Promise<void> {
    const { log } = this.#basics
    const before = this.#now?.generation
    const next = this.#next
    if (!next) throw new TypeError('nothing was prepared')
    this.#next = undefined
    this.#now = next
    const { generation, certificates } = next
    const { config, door } = generation
    const places = placesOf(config)
    // First those that are open: from here on nobody is served by the old configuration.
    for (const [at, listener] of config.listen.entries())
      this.#listeners.get(places[at] ?? '')?.point(entryOf(listener, door), certificates.get(listener))
    this.#neighbours.takeOver(config)
    door.takeOver()
    this.leave([...this.#listeners.keys()].filter(place => !places.includes(place)))
    await this.resume()
    if (before && before !== generation)
      closeGeneration(before, generation).catch(error =>
        log.error({ error }, 'closing the old configuration'),
      )
  }

  leave(places: readonly string[]): void {
    const leaving = places.flatMap(place => this.#listeners.get(place) ?? [])
    for (const place of places) this.#listeners.delete(place)
    void drain(leaving, DRAIN)
  }

  /** Opens what the configuration in force has and is not open. */
  async resume(): Promise<void> {
    if (!this.#now || this.#stopping) return
    const { generation, certificates } = this.#now
    const { config, door } = generation
    const { log } = this.#basics
    const places = placesOf(config)
    for (const [at, listener] of config.listen.entries()) {
      const place = places[at] ?? ''
      if (this.#listeners.has(place)) continue
      const shared = this.#sockets.get(place)
      if (!shared) throw new TypeError(`no socket came for ${place}`)
      this.#sockets.delete(place)
      const entry = entryOf(listener, door)
      this.#listeners.set(
        place,
        await openListener(listener, entry, certificates.get(listener), log, { shared }),
      )
    }
  }

  async stop(limit: number): Promise<boolean> {
    this.#stopping = true
    this.#basics.streams.stop(Math.min(limit, STREAMS))
    const whole = await drain([...this.#listeners.values()], limit)
    const generation = this.#now?.generation
    await within(CLOSE, generation && closeGeneration(generation, undefined))
    return whole
  }

  #rooms(portal: PortalSockets | undefined): Rooms {
    return {
      async openPortal() {
        if (!portal) throw new TypeError('the built-in portal is not running')
        return { ...portal, reload: async () => {}, close: async () => {} }
      },
      openSessions: (config, running, basics) => {
        const share = 1 / workersOf(config)
        return this.#shared.join(realRooms.openSessions(config, running, { ...basics, share }))
      },
      openStreams: realRooms.openStreams,
      openDoor: realRooms.openDoor,
    }
  }
}

function isHandle(handle: unknown): handle is Handle {
  return typeof handle === 'object' && handle !== null && 'fd' in handle && 'close' in handle
}
