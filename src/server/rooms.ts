/** How the rooms below are opened, in one place; tests put stand-ins here. */
import type { Config } from '../config/model.ts'
import type { Others } from '../door/streams/others.ts'
import type { Streams } from '../door/streams/streams.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Clock, Log } from '../types.ts'
import type { Door } from './entry.ts'

export interface Basics {
  /** Signs what only the gateway itself may read again: the same in every process behind one port, else each its own. */
  readonly secret?: Buffer
  /** This process's part of what all behind one port may ask of Authelia together; 1 where it is alone. */
  readonly share?: number
  readonly log: Log
  readonly clock: Clock
}

/** What one configuration is built on, and outlives it. */
export interface Lasting extends Basics {
  readonly streams: Streams
}

/** The built-in portal while it runs. */
export interface RunningPortal {
  /** Where it answers the gateway's own questions, a unix socket. */
  readonly gateway: string
  /** Where it answers browsers. */
  readonly browsers: string
  /** Changes to another configuration; everybody stays signed in. Rejects and stays as it was if it cannot. */
  reload(config: Config): Promise<void>
  close(): Promise<void>
}

/** The doors of one configuration: the proxy door itself, and the connections to the apps behind it. */
export interface OpenDoor extends Door {
  readonly forwardAuth: Door
  /** Its configuration is in force from now on, for what is open too. */
  takeOver(): void
  /** Ends them after what is in flight. */
  close(): Promise<void>
}

export interface Rooms {
  /** Serves the built-in portal on unix sockets in a folder that is ours alone. */
  openPortal(config: Config, folder: string, basics: Basics): Promise<RunningPortal>
  openSessions(config: Config, portal: RunningPortal | undefined, basics: Basics): Sessions
  /** Watches over what stays open, for as long as the gateway runs. */
  openStreams(basics: Basics, others?: Others): Streams
  openDoor(config: Config, sessions: Sessions, portal: RunningPortal | undefined, basics: Lasting): OpenDoor
}
