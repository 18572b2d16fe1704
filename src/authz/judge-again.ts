/**
 * A request judged once more, while its answer is still open: the same steps on the ground of now. What only
 * makes sense when a request arrives is left out: where it came from, the way back from the portal, and what
 * the app is told.
 */
import type { Outcome } from './authorize.ts'
import { decide } from './decide.ts'
import { begin, type Exchange, type Step } from './exchange.ts'
import type { Ground } from './ground.ts'
import { match } from './match.ts'
import { resolve } from './resolve.ts'
import { strip } from './strip.ts'

const BEFORE: readonly Step[] = [match, strip]
const AFTER: readonly Step[] = [resolve, decide]

/**
 * Where the request of `first` would end up now. Rejects where a step fails.
 * @param session asked about in place of the request's own: the session that took its place
 */
export async function judgeAgain(
  first: Exchange,
  ground: Ground,
  session: string | undefined,
): Promise<Outcome> {
  const exchange = begin(first.arrival)
  exchange.request = first.request
  for (const step of BEFORE) {
    const answer = await step(exchange, ground)
    if (answer !== undefined) return { exchange, answer }
  }
  if (session !== undefined && !exchange.basic) exchange.session = { kind: 'one', value: session }
  for (const step of AFTER) {
    const answer = await step(exchange, ground)
    if (answer !== undefined) return { exchange, answer }
  }
  return { exchange, answer: { kind: 'pass' } }
}
