/** How the rooms below are opened, in one place; tests put stand-ins here. */
import type { Config } from '../config/model.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Clock, Log } from '../types.ts'
import type { Door } from './entry.ts'

export interface Basics {
  readonly log: Log
  readonly clock: Clock
}

/** The built-in portal while it runs. */
export interface RunningPortal {
  close(): Promise<void>
}

/** A door and the connections to the apps behind it. */
export interface OpenDoor extends Door {
  /** Ends them after what is in flight. */
  close(): Promise<void>
}

export interface Rooms {
  /** Serves the built-in portal on a unix socket. `before`: the one that runs, whose sessions live on. */
  openPortal(
    config: Config,
    socket: string,
    before: RunningPortal | undefined,
    basics: Basics,
  ): Promise<RunningPortal>
  /** `socket`: the built-in portal's. */
  openSessions(config: Config, socket: string | undefined, basics: Basics): Sessions
  openDoor(
    config: Config,
    sessions: Sessions,
    socket: string | undefined,
    basics: Basics,
  ): OpenDoor | Promise<OpenDoor>
}
