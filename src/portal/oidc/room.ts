/** What the provider's endpoints work with. */
import type { Client } from '../../catalog/types.ts'
import type { Clock, Log } from '../../types.ts'
import type { Asking, Told } from './ask.ts'
import type { ClientAuthParts } from './client-auth.ts'
import type { Decisions } from './decisions.ts'
import type { Flows } from './flow.ts'
import type { Passage } from './passage.ts'
import type { OidcSettings } from './settings.ts'
import type { Store } from './store.ts'
import type { Subjects } from './subjects.ts'

export interface Room extends ClientAuthParts {
  readonly settings: OidcSettings
  readonly store: Store
  readonly subjects: Subjects
  readonly flows: Flows
  readonly decisions: Decisions
  readonly log: Log
  readonly clock: Clock
  readonly random: (size: number) => Uint8Array
  client(id: string): Client | undefined
  /** Asks the library. @returns its answer, and what it knows of an error and does not say */
  ask(
    asking: Omit<Asking, 'host'>,
    passage?: Passage,
  ): Promise<Told & { readonly detail: string | undefined }>
  /** Runs the work after all that came before it under the same key. */
  oneByOne<T>(key: string, work: () => Promise<T>): Promise<T>
}

/** @returns what runs work one after the other for each key, and in any order for others */
export function openTurns(): Room['oneByOne'] {
  const last = new Map<string, Promise<unknown>>()
  return (key, work) => {
    const turn = (last.get(key) ?? Promise.resolve()).then(work)
    const settled = turn
      .catch(() => undefined)
      .then(() => {
        if (last.get(key) === settled) last.delete(key)
      })
    last.set(key, settled)
    return turn
  }
}
