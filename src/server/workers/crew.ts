/**
 * The gateway in several processes: `workers: 2` and more. This one reads, watches, runs the built-in portal
 * and keeps the sockets; it serves nobody. The workers serve (docs/adr/0010).
 */
import { randomBytes } from 'node:crypto'
import type { Config } from '../../config/model.ts'
import { portalFor, undoPortal } from '../generation.ts'
import type { Basics, Rooms, RunningPortal } from '../rooms.ts'
import { CLOSE, certificatesOf, type Service, within } from '../service.ts'
import { workersOf } from './count.ts'
import { Sockets } from './sockets.ts'
import { type Order, Team } from './team.ts'

interface InForce {
  readonly config: Config
  readonly portal: RunningPortal | undefined
}

export function openCrew(rooms: Rooms, folder: () => string, basics: Basics): Service {
  const { log, clock } = basics
  const warn = (warning: string) => log.warn({}, warning)
  const team = new Team(basics.secret ?? randomBytes(32), basics)
  const sockets = new Sockets(log)
  let now: InForce | undefined

  const orderOf = (next: InForce, open: Order['sockets']): Order => ({
    config: next.config,
    portal: next.portal && { gateway: next.portal.gateway, browsers: next.portal.browsers },
    sockets: open,
  })
  const workers = {
    vacate: async (places: readonly string[]) => void (await team.tell({ kind: 'leave', places })),
    resume: (open: Order['sockets']) => team.resume(open),
  }

  /** All is read, bound and made ready before anybody changes over; then all do, and only then this resolves. */
  async function take(config: Config): Promise<void> {
    const before = now
    // Here first: what is wrong with a certificate is said once.
    await certificatesOf(config, clock, warn)
    const portal = await portalFor(config, before, folder, rooms, basics)
    const next = { config, portal }
    try {
      const change = await sockets.change(config, before?.config, workers)
      const order = orderOf(next, change.open)
      try {
        if (!before) await team.begin(order, workersOf(config))
        else {
          const { portal } = order
          const change = await team.prepare({ kind: 'prepare', config, portal })
          await change.commit(order, workersOf(config))
        }
      } catch (error) {
        await change.undo()
        throw error
      }
      change.done()
    } catch (error) {
      await undoPortal(portal, before)
      throw error
    }
    now = next
    if (before?.portal && before.portal !== portal)
      before.portal.close().catch(error => log.error({ error }, 'closing the old portal'))
  }

  return {
    get config() {
      return now?.config
    },
    get addresses() {
      return sockets.open.map(({ address }) => address)
    },
    get ports() {
      return sockets.open.flatMap(({ port }) => port ?? [])
    },
    get workers() {
      return team.size
    },
    take,
    async renew() {
      if (!now) return
      await certificatesOf(now.config, clock, warn)
      const change = await team.prepare({ kind: 'renew' })
      await change.commit(orderOf(now, sockets.open), workersOf(now.config))
    },
    async stop(limit) {
      sockets.close()
      const whole = await team.stop(limit)
      await within(CLOSE, now?.portal?.close())
      return whole
    },
  }
}
