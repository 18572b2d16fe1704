/** The gateway in one process: `workers: 1`. */

import type { Config } from '../config/model.ts'
import { drain } from './drain.ts'
import { closeGeneration, type Generation, openGeneration, undoGeneration } from './generation.ts'
import type { OpenListener } from './listener.ts'
import { openListeners, pointListeners } from './listeners.ts'
import type { Basics, Rooms } from './rooms.ts'
import { CLOSE, certificatesOf, DRAIN, type Service, STREAMS, within } from './service.ts'

/** @param folder where the built-in portal's sockets go */
export function openAlone(rooms: Rooms, folder: () => string, basics: Basics): Service {
  const { log, clock } = basics
  const warn = (warning: string) => log.warn({}, warning)
  const streams = rooms.openStreams(basics)
  const lasting = { ...basics, streams }
  let generation: Generation | undefined
  let listeners: readonly OpenListener[] = []

  /** Builds the new all the way, and only then swaps. */
  async function take(config: Config): Promise<void> {
    const before = generation
    const certificates = await certificatesOf(config, clock, warn)
    const next = await openGeneration(config, before, folder, rooms, lasting)
    const change = await openListeners(config, next.door, certificates, listeners, log).catch(async error => {
      await undoGeneration(next, before)
      throw error
    })
    pointListeners(config, next.door, certificates, change.open)
    next.door.takeOver()
    generation = next
    listeners = change.open
    for (const { address } of change.opened) log.info({ address }, 'listening')
    for (const { address } of change.leaving) log.info({ address }, 'listening no more')
    void drain(change.leaving, DRAIN)
    // In the background: a webcam's stream may keep the old upstreams for hours.
    if (before)
      closeGeneration(before, next).catch(error => log.error({ error }, 'closing the old configuration'))
  }

  return {
    get config() {
      return generation?.config
    },
    get addresses() {
      return listeners.map(({ address }) => address)
    },
    get ports() {
      return listeners.flatMap(({ port }) => port ?? [])
    },
    workers: 1,
    take,
    async renew() {
      if (!generation) return
      const { config, door } = generation
      pointListeners(config, door, await certificatesOf(config, clock, warn), listeners)
    },
    async stop(limit) {
      streams.stop(Math.min(limit, STREAMS))
      const whole = await drain(listeners, limit)
      // Nobody is connected any more; what an app does with a request that was cut is not worth waiting for.
      await within(CLOSE, generation && closeGeneration(generation, undefined))
      return whole
    },
  }
}
