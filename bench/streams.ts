/** 1,000 webcams through the proxy door: is a frame lost, what does a stream cost, and whom does a stalled viewer hurt. */
import { FRAME } from './lib/frames.ts'
import { startGateway } from './lib/gateway.ts'
import { DOMAIN } from './lib/portal.ts'
import { cpuOf, residentOf } from './lib/proc.ts'
import type { Running } from './lib/stage.ts'
import { median } from './lib/stats.ts'
import { startOwn, startServer } from './lib/stub.ts'
import type { Rig } from './lib/types.ts'

/** What bench/programs/viewers.ts says. Delays in milliseconds, from the camera's write to the viewer's read. */
export interface Seen {
  readonly streams: number
  readonly stalled: number
  readonly seconds: number
  readonly received: number
  readonly lost: number
  readonly broken: number
  readonly delay: { readonly p50: number; readonly p99: number; readonly max: number }
}

export interface Watched extends Seen {
  /** Growth of the gateway's resident memory, in KiB for each stream. */
  readonly memory: number
  /** CPU time of the gateway, as a share of its core. */
  readonly cpu: number
  /** Frames that should have come in that time. */
  readonly due: number
}

export interface Streams {
  readonly frame: number
  readonly all: Watched
  /** The same with a share of viewers who stop reading; the rest are looked at. */
  readonly withStalled: Watched
}

export interface StreamsOptions {
  readonly streams: number
  readonly seconds: number
}

const SESSIONS = 50
/** A thousand viewers who come at once are not what is measured: the stand-in for Authelia may take its time. */
const PATIENT = ['timeout: 30s']
const STALLED = 0.1
/** Milliseconds between two looks at the memory. */
const LOOK = 500
const HOST = `camera.${DOMAIN}`

function viewers(rig: Rig, port: number, streams: number, stalled: number, seconds: number): Running {
  const { stage, cores } = rig
  return startOwn(stage, 'viewers', [HOST, port, streams, stalled, seconds, SESSIONS], cores.generator)
}

async function watch(
  rig: Rig,
  gateway: { port: number; program: Running },
  streams: number,
  stalled: number,
  seconds: number,
): Promise<Watched> {
  const { pid } = gateway.program
  const rest = residentOf(pid)
  const program = viewers(rig, gateway.port, streams, stalled, seconds)
  await program.says(/^open$/m).catch(() => {
    throw new Error(/Error: (.*)/.exec(program.said())?.[1] ?? `the viewers ended:\n${program.said()}`)
  })
  const cpu = cpuOf([pid])
  const looks: number[] = []
  const timer = setInterval(() => looks.push(residentOf(pid)), LOOK)
  await program.gone
  clearInterval(timer)
  const line = /^\{.*\}$/m.exec(program.said())?.[0]
  if (line === undefined) throw new Error(`the viewers said nothing:\n${program.said()}`)
  return {
    ...(JSON.parse(line) as Seen),
    memory: ((median(looks) - rest) * 1024) / streams,
    cpu: (cpuOf([pid]) - cpu) / seconds,
    due: (streams - stalled) * seconds * 10,
  }
}

/** Each of the two on a gateway of its own, warmed up by a tenth of the streams. */
export async function measureStreams(
  rig: Rig,
  { streams, seconds }: StreamsOptions,
  say: (line: string) => void,
): Promise<Streams> {
  const run = async (stalled: number): Promise<Watched> => {
    const stage = rig.stage.part()
    const own: Rig = { ...rig, stage }
    const { cores } = rig
    try {
      const authority = await startServer(stage, 'authelia-stub', cores.generator)
      const side = cores.upstream === cores.contender ? cores.generator : cores.upstream
      const camera = await startServer(stage, 'camera', side)
      const apps = `  camera: { upstream: 'http://127.0.0.1:${camera.port}', policy: one_factor, timeouts: { connect: 30s } }`
      const gateway = await startGateway(own, {
        authority: authority.port,
        door: 'proxy',
        apps,
        authelia: PATIENT,
      })
      await viewers(own, gateway.port, Math.ceil(streams / 10), 0, 2).gone
      say(`${streams} streams${stalled > 0 ? `, ${stalled} of them stalled` : ''}, for ${seconds} s`)
      return await watch(own, gateway, streams, stalled, seconds)
    } finally {
      await stage.close()
    }
  }
  return { frame: FRAME, all: await run(0), withStalled: await run(Math.round(streams * STALLED)) }
}
