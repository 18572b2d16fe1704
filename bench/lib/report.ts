/** What a run comes to: the shape of the JSON in bench/results. */
import type { Scale } from '../scale.ts'
import type { Start } from '../start.ts'
import type { Streams } from '../streams.ts'
import type { Cores } from './cores.ts'
import type { Machine } from './machine.ts'
import type { Result } from './types.ts'

export interface Report {
  /** YYYY-MM-DD. */
  readonly date: string
  readonly machine: Machine
  readonly cores: Cores
  readonly timing: {
    readonly rounds: number
    readonly seconds: number
    readonly warm: number
    readonly connections: number
    /** Whether requests had a browser's headers. */
    readonly browser: boolean
  }
  /** Raw NGINX first. */
  readonly contenders: readonly Result[]
  readonly leftOut: readonly { readonly title: string; readonly why: string }[]
  readonly scale?: Scale
  readonly streams?: Streams
  readonly start?: Start
}
