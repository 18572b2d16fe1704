/** All that one configuration brings into being behind the listeners. A reload makes another. */
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import type { Config } from '../config/model.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Basics, OpenDoor, Rooms, RunningPortal } from './rooms.ts'

export interface Generation {
  readonly config: Config
  readonly door: OpenDoor
  readonly sessions: Sessions
  readonly portal: RunningPortal | undefined
  /** Of the built-in portal. */
  readonly socket: string | undefined
}

/**
 * Builds a generation. What the configuration did not change is taken over from the one before: the
 * portal with everybody's sessions, and the verdicts that are kept.
 * @param folder where the portal's socket goes
 * @throws whatever a room throws; then nothing of it stays open, and the one before is untouched
 */
export async function openGeneration(
  config: Config,
  before: Generation | undefined,
  folder: string,
  rooms: Rooms,
  basics: Basics,
): Promise<Generation> {
  const same = before !== undefined && sameIdentity(before.config, config)
  let { portal, socket } = same ? before : { portal: undefined, socket: undefined }
  if (!same && config.portal) {
    socket = join(folder, `portal-${next++}.sock`)
    portal = await rooms.openPortal(config, socket, before?.portal, basics)
  }
  let sessions: Sessions | undefined
  try {
    sessions = same ? before.sessions : rooms.openSessions(config, socket, basics)
    const door = await rooms.openDoor(config, sessions, socket, basics)
    return { config, door, sessions, portal, socket }
  } catch (error) {
    if (!same) {
      await sessions?.close()
      await portal?.close()
    }
    throw error
  }
}

/** Ends a generation after what is in flight; what `after` took over stays. */
export async function closeGeneration(old: Generation, after: Generation | undefined): Promise<void> {
  await old.door.close()
  if (old.sessions !== after?.sessions) await old.sessions.close()
  if (old.portal !== after?.portal) await old.portal?.close()
}

let next = 1

function sameIdentity(a: Config, b: Config): boolean {
  const pick = ({ domain, public_port, authelia, portal, session, apps }: Config) => {
    // The built-in portal's own rules come from the apps.
    return { domain, public_port, authelia, portal, session, apps: portal && apps }
  }
  return isDeepStrictEqual(pick(a), pick(b))
}
