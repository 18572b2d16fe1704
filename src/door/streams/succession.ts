/**
 * The second factor in mid-stream: Authelia gives the session a new id and the old one dies, though nobody
 * has left. The streams of the old id go on with the new one, if it is the same browser's.
 */
import type { Exchange } from '../../authz/exchange.ts'
import { isUnavailable } from '../../session/sessions.ts'
import type { Clock } from '../../types.ts'
import type { After } from './after.ts'
import type { Holder, Holders } from './holders.ts'
import { type Finding, recheck, type Stand } from './recheck.ts'

export interface Heir {
  readonly session: string
  /** What is found of the stream's request with that session. */
  readonly finding: Finding
}

export interface Search {
  readonly holder: Holder
  /** One of the streams. */
  readonly of: Exchange
  /** When they were last known to be allowed: nobody who was seen before takes anybody's place. */
  readonly since: number
  /** Until when somebody may come, clock milliseconds. */
  readonly until: number
  /** Whether anybody still waits for it. */
  readonly wanted: () => boolean
}

export interface SearchParts {
  readonly holders: Holders
  readonly clock: Clock
  readonly after: After
  readonly stand: () => Stand
}

/** The session in the place of one that died. Undefined: nobody came in time. Rejects where a step fails. */
export async function findHeir(search: Search, parts: SearchParts): Promise<Heir | undefined> {
  const { holder, since, until, wanted } = search
  const tried = new Set<string>()
  while (wanted()) {
    const [next] = parts.holders.heirs(holder, since).filter(session => !tried.has(session))
    if (next !== undefined) {
      tried.add(next)
      const finding = await trial(search, parts.stand(), next)
      if (finding !== undefined) return { session: next, finding }
      continue
    }
    const left = until - parts.clock()
    if (left <= 0) return undefined
    await news(holder, left, parts.after)
  }
  return undefined
}

/** Whether that session passed the second factor as the same user, and what it may. Undefined: it did not. */
async function trial({ of }: Search, stand: Stand, session: string): Promise<Finding | undefined> {
  const found = await stand.ground.sessions.anew.state(session)
  if (isUnavailable(found)) return { kind: 'unsure' }
  if (found === undefined || found.level < 2 || found.user !== of.identity?.user) return undefined
  const finding = await recheck(stand, of, session)
  return finding.kind === 'login' ? undefined : finding
}

function news(holder: Holder, ms: number, after: After): Promise<void> {
  return new Promise(resolve => {
    const end = () => {
      cancel()
      holder.waiting.delete(end)
      resolve()
    }
    const cancel = after(ms, end)
    holder.waiting.add(end)
  })
}
