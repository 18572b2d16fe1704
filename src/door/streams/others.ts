/** What other processes behind the same port see of the sessions whose streams are here. */
export interface Others {
  /** A session was used here. */
  used(session: string): void
  /** When a session was last used there, in clock milliseconds; 0 where it was not. Never rejects. */
  lastUsed(session: string): Promise<number>
  /** The portal has set `heir` in the place of `session`: streams there may be of that browser. */
  follows(session: string, heir: string): void
}
