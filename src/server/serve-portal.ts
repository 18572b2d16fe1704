/** The built-in portal inside the gateway: two unix sockets, for there is nobody else to talk to it. */
import { join } from 'node:path'
import type { Config } from '../config/model.ts'
import { settingsFromConfig } from '../portal/from-config.ts'
import { openPortal } from '../portal/portal.ts'
import type { Basics, RunningPortal } from './rooms.ts'
import { StartFault } from './start-fault.ts'

let count = 0

/**
 * @param folder private; a portal that a later configuration brings back gets sockets of its own there
 * @throws StartFault when the users or TOTP file cannot be used
 */
export async function servePortal(config: Config, folder: string, basics: Basics): Promise<RunningPortal> {
  const settings = settingsFromConfig(config)
  const portal = await openPortal(settings, { ...basics, trustForwardedFor: true }).catch(refuse)
  count++
  const gateway = join(folder, `gateway-${count}.sock`)
  const browsers = join(folder, `browsers-${count}.sock`)
  try {
    await portal.listen({ path: gateway }, 'gateway')
    await portal.listen({ path: browsers }, 'browsers')
  } catch (error) {
    await portal.close()
    throw error
  }
  return {
    gateway,
    browsers,
    reload: next => portal.reload(settingsFromConfig(next)).catch(refuse),
    close: () => portal.close(),
  }
}

/** A file that cannot be used is for its owner to mend; anything else is a mistake of ours. */
function refuse(error: unknown): never {
  if (error instanceof Error && /File(Error|Fault)$/.test(error.name)) throw new StartFault(error.message)
  throw error
}
