/** What stands behind a listener at a given moment; a reload puts another in its place. */
import type { Door, Peer } from '../door/door.ts'

export type { Door, Peer, Request, Response } from '../door/door.ts'

export interface Entry {
  readonly door: Door
  readonly peer: Peer
}
