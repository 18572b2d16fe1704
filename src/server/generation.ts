/** All that one configuration brings into being behind the listeners. A reload makes another. */
import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config/model.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Basics, Lasting, OpenDoor, Rooms, RunningPortal } from './rooms.ts'

export interface Generation {
  readonly config: Config
  readonly door: OpenDoor
  readonly sessions: Sessions
  readonly portal: RunningPortal | undefined
}

/**
 * Builds a generation. What lives over a reload is taken from the one before: the built-in portal with
 * everybody's sessions, and the verdicts that are kept, if they may be.
 * @param folder where the portal's sockets go
 * @throws whatever a room throws; then nothing of it stays open, and the one before is as it was
 */
export async function openGeneration(
  config: Config,
  before: Generation | undefined,
  folder: () => string,
  rooms: Rooms,
  basics: Lasting,
): Promise<Generation> {
  const portal = await portalFor(config, before, folder, rooms, basics)
  let sessions: Sessions | undefined
  try {
    const keep = before !== undefined && portal === before.portal && sameVerdicts(before.config, config)
    sessions = keep ? before.sessions : rooms.openSessions(config, portal, basics)
    return { config, portal, sessions, door: rooms.openDoor(config, sessions, portal, basics) }
  } catch (error) {
    if (sessions !== before?.sessions) await sessions?.close()
    await undoPortal(portal, before)
    throw error
  }
}

type Before = Pick<Generation, 'config' | 'portal'>

/** The built-in portal for a configuration: the one that runs, or a new one, or none. */
export async function portalFor(
  config: Config,
  before: Before | undefined,
  folder: () => string,
  rooms: Rooms,
  basics: Basics,
): Promise<RunningPortal | undefined> {
  if (!config.portal) return undefined
  if (!before?.portal) return rooms.openPortal(config, folder(), basics)
  await before.portal.reload(config)
  return before.portal
}

/** Puts the portal back to what it was before `portalFor`. */
export async function undoPortal(
  portal: RunningPortal | undefined,
  before: Before | undefined,
): Promise<void> {
  if (portal === undefined || before === undefined || portal !== before.portal) await portal?.close()
  else await portal.reload(before.config)
}

/** Gives up a generation that never came into force. */
export async function undoGeneration(next: Generation, before: Generation | undefined): Promise<void> {
  await next.door.close()
  if (next.sessions !== before?.sessions) await next.sessions.close()
  await undoPortal(next.portal, before)
}

/** Ends a generation after what is in flight; what `after` took over stays. */
export async function closeGeneration(old: Generation, after: Generation | undefined): Promise<void> {
  await old.door.close()
  if (old.sessions !== after?.sessions) await old.sessions.close()
  if (old.portal !== after?.portal) await old.portal?.close()
}

/** Whether a verdict given under one configuration would be given under the other: apps are rules of the portal. */
function sameVerdicts(a: Config, b: Config): boolean {
  const pick = ({ domain, public_port, authelia, portal, session, workers, apps }: Config) => {
    return { domain, public_port, authelia, portal, session, workers, apps: portal && apps }
  }
  return isDeepStrictEqual(pick(a), pick(b))
}
