/** The built-in portal inside the gateway: one core, a pair of unix sockets for each configuration. */
import type { Config } from '../config/model.ts'
import { settingsFromConfig } from '../portal/from-config.ts'
import { openPortal, type Portal, type PortalSettings } from '../portal/portal.ts'
import { pagesSocket } from './pages-socket.ts'
import type { Basics, RunningPortal } from './rooms.ts'
import { StartFault } from './start-fault.ts'

/** What the gateway's generations share: sessions, bans and used codes live on over a reload. */
interface Shared {
  readonly portal: Portal
  /** The settings of the generations that are open, the newest last. */
  readonly open: PortalSettings[]
}

class Served implements RunningPortal {
  readonly #settings: PortalSettings
  readonly shared: Shared

  constructor(shared: Shared, settings: PortalSettings) {
    this.shared = shared
    this.#settings = settings
    shared.open.push(settings)
  }

  async close(): Promise<void> {
    const { open, portal } = this.shared
    const newest = open.at(-1) === this.#settings
    open.splice(open.indexOf(this.#settings), 1)
    const left = open.at(-1)
    if (left === undefined) await portal.close()
    // A configuration that was not taken after all leaves the portal as it was.
    else if (newest) await portal.reload(left)
  }
}

/**
 * Serves the portal on `socket` for the gateway's questions and beside it for its pages.
 * @throws StartFault when the users or TOTP file cannot be used
 */
export async function servePortal(
  config: Config,
  socket: string,
  before: RunningPortal | undefined,
  { log, clock }: Basics,
): Promise<RunningPortal> {
  const settings = settingsFromConfig(config)
  try {
    const running = before instanceof Served ? before.shared : undefined
    if (running === undefined) {
      const portal = await openPortal(settings, { log, clock, trustForwardedFor: true })
      return await serve({ portal, open: [] }, settings, socket)
    }
    await running.portal.reload(settings)
    return await serve(running, settings, socket)
  } catch (error) {
    if (error instanceof Error && /File(Error|Fault)$/.test(error.name)) throw new StartFault(error.message)
    throw error
  }
}

async function serve(shared: Shared, settings: PortalSettings, socket: string): Promise<RunningPortal> {
  const served = new Served(shared, settings)
  try {
    await shared.portal.listen({ path: socket }, 'gateway')
    await shared.portal.listen({ path: pagesSocket(socket) }, 'browsers')
  } catch (error) {
    await served.close()
    throw error
  }
  return served
}
