/** Streams in fast motion: time that a test moves, clients that remember being cut, and Authelia's word by hand. */
import { EventEmitter } from 'node:events'
import type { Duplex } from 'node:stream'
import type { App } from '../../../src/config/model.ts'
import type { Others } from '../../../src/door/streams/others.ts'
import type { Stand } from '../../../src/door/streams/recheck.ts'
import type { Stream } from '../../../src/door/streams/stream.ts'
import { Streams } from '../../../src/door/streams/streams.ts'
import type { State, Unavailable, Verdict } from '../../../src/session/sessions.ts'
import { ALICE, allow, app, BOB, openWay, type World } from '../../authz/way.ts'
import { keptLog, type Logged } from '../../support/gateway.ts'
import { openTime } from '../../support/time.ts'

/** A client's side that only remembers. */
export class Client extends EventEmitter {
  cut = false
  destroy() {
    this.cut = true
  }
}

export interface Opened {
  readonly client: Client
  readonly stream: Stream
}

interface Ask {
  readonly host?: string
  readonly session?: string | undefined
  readonly target?: string
  readonly client?: string
  readonly agent?: string
  readonly headers?: readonly string[]
  readonly method?: string
}

export const LOGIN: Verdict = { kind: 'login', cookies: [] }
export const AWAY: Unavailable = { kind: 'unavailable', reason: 'refused', retryAfter: 5 }

/** Everything but the network. `world` may be changed while the test runs. */
export function openRig(
  apps: readonly App[] = [app('cams')],
  world: World = {},
  more: Partial<Omit<Stand, 'ground'>> = {},
  others?: Others,
) {
  const time = openTime()
  const log: Logged[] = []
  const verdicts: Record<string, Verdict> = { alice: allow(ALICE), bob: allow(BOB) }
  const states: Record<string, State | Unavailable> = {
    alice: { user: 'alice', level: 1 },
    bob: { user: 'bob', level: 1 },
  }
  const given: World & { basic?: Verdict } = { verdicts, states, ...world }
  const parts = { clock: time.clock, after: time.after, log: keptLog(log) }
  const streams = new Streams({ ...parts, ...(others && { others }) })
  let way = openWay(apps, given)
  const stand = () => streams.standOn({ ground: way.ground, grace: 0, inactivity: 300_000, ...more })
  stand()

  const walk = async ({ session = 'alice', target = '/', client, agent, headers = [], ...rest }: Ask) => {
    const all = [...headers, 'User-Agent', agent ?? 'Firefox']
    if (session !== '') all.push('Cookie', `authelia_session=${session}`)
    const walked = await way.walk({
      target,
      headers: all,
      ...(client !== undefined && { peer: client }),
      ...rest,
    })
    streams.seen(walked.exchange)
    return walked
  }
  return {
    time,
    log,
    verdicts,
    states,
    /** What Authelia says of Basic credentials. */
    basic: (verdict: Verdict) => {
      given.basic = verdict
    },
    streams,
    /** Questions to Authelia since this was last called. */
    asked: () => way.asked.splice(0),
    ground: () => way.ground,
    sessions: () => way.ground.sessions,
    /** A request that is answered at once. */
    ask: async (ask: Ask = {}) => void (await walk(ask)),
    /** A request whose answer stays open. */
    async open(ask: Ask = {}, headers = ['Content-Type', 'video/x-flv']): Promise<Opened> {
      const { exchange, answer } = await walk(ask)
      if (answer.kind !== 'pass') throw new Error(`refused: ${JSON.stringify(answer)}`)
      const client = new Client()
      const stream = streams.watch(exchange, client as unknown as Duplex, 200, headers)
      if (stream === undefined) throw new Error('it is not watched')
      way.asked.splice(0)
      return { client, stream }
    },
    /** Another configuration. */
    reload(next: readonly App[], change: World = {}) {
      way = openWay(next, { ...given, ...change })
      stand()
    },
    /** Why streams were cut, line by line. */
    cuts: () =>
      log
        .filter(({ fields }) => fields.audit === 'cut')
        .map(({ fields }) => ({ why: fields.why, streams: fields.streams })),
  }
}
