/**
 * The way of a request, the same for every door. The order is the security argument:
 * nothing is asked before it is read, nothing passes before it is stripped, and a step that is
 * skipped or fails leaves the exchange as it began, which is refused.
 */
import { read } from './access-request.ts'
import { decide } from './decide.ts'
import { type Answer, type Arrival, begin, type Exchange, refuse, type Step } from './exchange.ts'
import type { Ground } from './ground.ts'
import { guard } from './guard.ts'
import { match } from './match.ts'
import { resolve } from './resolve.ts'
import { strip } from './strip.ts'
import { arrive, tell } from './tell.ts'

/** One step a line: its name, and what it does. */
export const WAY: readonly (readonly [name: string, step: Step])[] = [
  ['read', read], //       what was asked, by whom, over what; malformed requests end here
  ['match', match], //     which app; the portal's host, our own pages and unclear paths end here
  ['strip', strip], //     the session, identity and forwarded headers are taken out
  ['guard', guard], //     what a sibling app or another site makes the browser send ends here
  ['resolve', resolve], // who it is: asked of Authelia, or known from a verdict still fresh
  ['decide', decide], //   whether they may: Authelia's verdict and our rules, the stricter wins
  ['arrive', arrive], //   back from the portal: on to the clean address
  ['tell', tell], //       Host, X-Forwarded-* and the identity headers are set
]

/** Where a request ended up. `exchange` says how it got there. */
export interface Outcome {
  readonly exchange: Exchange
  readonly answer: Answer
}

const PASS: Answer = { kind: 'pass' }
const BROKEN: Answer = refuse({ code: 'unavailable', detail: 'internal', retryAfter: 1 })

/**
 * Walks the way. It answers at once where nothing had to be awaited, as for a verdict that is kept.
 * An error in a step is a refusal; it goes to `failed`, never to the app.
 */
export function authorize(
  arrival: Arrival,
  ground: Ground,
  failed: (error: unknown, step: string) => void,
): Outcome | Promise<Outcome> {
  const exchange = begin(arrival)
  return walk(exchange, ground, failed, 0)
}

/** The first steps alone: which request and which app it is, where the decision was made before. */
export function recognize(arrival: Arrival, ground: Ground): Exchange {
  const exchange = begin(arrival)
  if (read(exchange) === undefined) match(exchange, ground)
  return exchange
}

function walk(
  exchange: Exchange,
  ground: Ground,
  failed: (error: unknown, step: string) => void,
  from: number,
): Outcome | Promise<Outcome> {
  for (let i = from; i < WAY.length; i++) {
    const entry = WAY[i]
    if (entry === undefined) break
    try {
      const answer = entry[1](exchange, ground)
      if (answer instanceof Promise) {
        return answer.then(
          settled => (settled === undefined ? walk(exchange, ground, failed, i + 1) : end(exchange, settled)),
          (error: unknown) => broken(exchange, error, entry[0], failed),
        )
      }
      if (answer !== undefined) return end(exchange, answer)
    } catch (error) {
      return broken(exchange, error, entry[0], failed)
    }
  }
  return { exchange, answer: PASS }
}

/** Whatever is not a pass leaves nothing behind that could be passed on. */
function end(exchange: Exchange, answer: Answer): Outcome {
  exchange.headers = []
  exchange.appCookie = undefined
  return { exchange, answer }
}

function broken(
  exchange: Exchange,
  error: unknown,
  step: string,
  failed: (error: unknown, step: string) => void,
): Outcome {
  exchange.identity = undefined
  failed(error, step)
  return end(exchange, BROKEN)
}
