/** The words of the bench: what is measured, on what, and what came of it. Times are in microseconds unless told. */
import type { Cores } from './cores.ts'
import type { Stage } from './stage.ts'

/** What every contender is given. */
export interface Rig {
  readonly stage: Stage
  readonly cores: Cores
  /** The port of the app that all of them guard. */
  readonly upstream: number
  /** Programs that are here, by name: `caddy`, `oauth2-proxy`, `authelia`. */
  readonly found: ReadonlyMap<string, Found>
}

export interface Found {
  readonly file: string
  readonly version: string
}

/** One way to guard an app. */
export interface Contender {
  readonly id: string
  readonly title: string
  /** What stands between generator and app, and what it does for each request. */
  readonly what: string
  /** Starts all of its own programs. @throws LeftOut where something is missing here */
  open(rig: Rig): Promise<Opened>
}

export interface Opened {
  readonly port: number
  /** The headers of a visitor who is signed in, with Host; the stranger's are these without Cookie. */
  readonly headers: Readonly<Record<string, string>>
  /** Processes whose time and memory count, by what they are; their children count with them. */
  readonly processes: Readonly<Record<string, number>>
  /** The header by which the app is told the visitor's name; undefined where nothing is checked. */
  readonly told: 'Remote-User' | 'X-Forwarded-User' | undefined
}

/** Why something was not measured. */
export class LeftOut extends Error {
  override name = 'LeftOut'
}

/** What a run of the load generator saw. */
export interface Load {
  readonly requests: number
  readonly seconds: number
  readonly bytes: number
  /** Connections that failed or timed out, and answers of status 400 and above. */
  readonly errors: number
  readonly p50: number
  readonly p99: number
  readonly max: number
}

/** One round of one contender. */
export interface Sample extends Load {
  /** CPU time of the contender's processes, in seconds. */
  readonly cpu: number
  /** CPU time of the app behind it, in seconds. */
  readonly appCpu: number
  /** How busy the generator itself was, 0 to 1 of its core. */
  readonly generator: number
}

/** What the rounds of one contender come to. */
export interface Result {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly rps: number
  /** Requests a second against raw NGINX: the median of the rounds' own ratios, and the least and the greatest. */
  readonly ratio: number
  readonly ratioRange: readonly [number, number]
  readonly p50: number
  readonly p99: number
  /** CPU time of everything but generator and app for one request. */
  readonly cpu: number
  /** Raw NGINX's CPU time for one request, divided by this one's: 1.00 is as cheap as NGINX. */
  readonly cpuRatio: number
  /** The app's CPU time for one request. */
  readonly appCpu: number
  readonly generator: number
  readonly errors: number
  /** Mebibytes of resident memory at rest (before the first request) and after the last round, by process. */
  readonly memory: Readonly<Record<string, { readonly rest: number; readonly load: number }>>
  readonly rounds: readonly Sample[]
}
