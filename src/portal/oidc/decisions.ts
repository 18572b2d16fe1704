/** What people answered when they were asked about an app: each good for one login, of the one who answered. */
import type { Clock } from '../../types.ts'

export interface Decisions {
  set(flow: string, user: string, granted: boolean): void
  find(flow: string, user: string): boolean | undefined
  /** The login is done. */
  use(flow: string): void
  readonly size: number
}

const LIFE = 600_000
const MOST_OF_USER = 20

export function openDecisions(clock: Clock): Decisions {
  const decisions = new Map<string, { user: string; granted: boolean; until: number }>()
  const drop = () => {
    const now = clock()
    for (const [flow, { until }] of decisions) if (until <= now) decisions.delete(flow)
  }
  return {
    set(flow, user, granted) {
      drop()
      const theirs = [...decisions].filter(([, decision]) => decision.user === user)
      if (theirs.length >= MOST_OF_USER) decisions.delete(theirs[0]?.[0] ?? '')
      decisions.set(flow, { user, granted, until: clock() + LIFE })
    },
    find(flow, user) {
      const decision = decisions.get(flow)
      return decision?.user === user && decision.until > clock() ? decision.granted : undefined
    },
    use: flow => void decisions.delete(flow),
    get size() {
      return decisions.size
    },
  }
}
