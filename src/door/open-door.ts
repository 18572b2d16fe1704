/** A door on one configuration, with the connections to everything behind it. */
import { type Ground, prepare } from '../authz/ground.ts'
import type { Config } from '../config/model.ts'
import type { Sessions } from '../session/sessions.ts'
import type { Clock, Log } from '../types.ts'
import { announceAll } from '../upstream/identity-headers.ts'
import { openUpstream } from '../upstream/open.ts'
import type { Target, Upstream } from '../upstream/types.ts'
import type { Door } from './door.ts'
import { openForwardAuth } from './forward-auth.ts'
import { openProxy } from './proxy.ts'
import type { Streams } from './streams/streams.ts'

export interface DoorParts {
  readonly config: Config
  readonly sessions: Sessions
  /** The built-in portal's unix socket; undefined where Authelia is asked. */
  readonly portalSocket: string | undefined
  /** Whether a rule of Authelia's for that host looks at the path; where nobody knows, it may. */
  readonly autheliaLooks: (host: string) => boolean
  /** Signs what goes round a proxy in front; the same in every process behind one port. */
  readonly secret: Buffer
  /** What stays open, whichever door it came in by. */
  readonly streams: Streams
  readonly log: Log
  readonly clock: Clock
}

/** The proxy door, and the other one beside it. */
export interface OpenDoor extends Door {
  readonly forwardAuth: Door
  readonly ground: Ground
  /** It is in force: what is open is judged by its configuration from now on. */
  takeOver(): void
  /** Ends the connections to the apps after what is in flight. */
  close(): Promise<void>
}

/** Times for the portal's own pages, in milliseconds: a password digest may take seconds. */
const PORTAL_TIMES = { connect: 5_000, first_byte: 30_000, idle: 0 }

function portalTarget(config: Config, socket: string | undefined): Target {
  if (socket !== undefined)
    return { upstream: { kind: 'unix', origin: 'http://localhost', socket }, timeouts: PORTAL_TIMES }
  const origin = config.authelia?.url ?? 'http://127.0.0.1:9091'
  return {
    upstream: { kind: origin.startsWith('https:') ? 'https' : 'http', origin },
    timeouts: PORTAL_TIMES,
  }
}

/** Opens both doors. @throws {Error} where a `ca` file cannot be read */
export function openDoor(parts: DoorParts): OpenDoor {
  const { config, sessions, streams, log, clock, secret } = parts
  const ground = prepare(config, { sessions, clock, autheliaLooks: parts.autheliaLooks })
  const upstreams = new Map<string, Upstream>()
  for (const app of config.apps) upstreams.set(app.name, openUpstream(app))
  const portal = openUpstream(portalTarget(config, parts.portalSocket))
  return {
    ...openProxy({ ground, upstreams, portal, streams, log }),
    forwardAuth: openForwardAuth({
      ground,
      announce: announceAll(config.apps),
      life: (config.authelia ?? config.portal)?.verdict_ttl ?? 0,
      secret,
      seen: exchange => streams.seen(exchange),
      log,
    }),
    ground,
    takeOver() {
      const grace = config.authelia?.grace ?? config.portal?.grace ?? 0
      streams.standOn({ ground, grace, inactivity: config.session.inactivity })
    },
    async close() {
      await Promise.all([portal.close(), ...[...upstreams.values()].map(upstream => upstream.close())])
    },
  }
}
