/** The rounds: each runs every contender once, in another order than the last one. */
import { check } from './check.ts'
import { load } from './load.ts'
import { PAGE } from './nginx.ts'
import { cpuOf, residentOf } from './proc.ts'
import { rotated } from './stats.ts'
import type { Contender, Opened, Rig, Sample } from './types.ts'

export interface Entry {
  readonly contender: Contender
  readonly opened: Opened
  readonly rotate?: { readonly sessions: number; readonly apps: number }
  /** Mebibytes by process, before the first request and after the last round. */
  readonly rest: Readonly<Record<string, number>>
  readonly samples: Sample[]
}

export interface Timing {
  readonly rounds: number
  readonly seconds: number
  /** Seconds of load before the first round that nobody counts. */
  readonly warm: number
}

export const memoryOf = ({ processes }: Opened): Record<string, number> =>
  Object.fromEntries(Object.entries(processes).map(([name, pid]) => [name, residentOf(pid)]))

/**
 * Seconds of load right before a round that nobody counts: while the others ran, connections to the app have
 * been idle for too long and were closed, a thousand of them where there are a thousand apps.
 */
const RUN_UP = 1
const RUN_UP_ROTATING = 2

function push(rig: Rig, entry: Entry, seconds: number, from?: number): ReturnType<typeof load> {
  const { opened, rotate } = entry
  const { port, headers } = opened
  const turn = rotate !== undefined && { rotate: { ...rotate, ...(from !== undefined && { from }) } }
  return load(rig.stage, { port, headers, seconds, core: rig.cores.generator, ...turn })
}

async function one(rig: Rig, entry: Entry, app: number, seconds: number, from?: number): Promise<Sample> {
  const roots = Object.values(entry.opened.processes)
  const before = { cpu: cpuOf(roots), app: cpuOf([app]) }
  const seen = await push(rig, entry, seconds, from)
  const sample = { ...seen, cpu: cpuOf(roots) - before.cpu, appCpu: cpuOf([app]) - before.app }
  // wrk counts a redirect as well answered, and a refusal is cheap: every answer must have been the page.
  if (sample.bytes < sample.requests * PAGE.length || sample.errors > 0)
    throw new Error(`under load: ${sample.errors} errors, or answers that are not the page`)
  return sample
}

/** At least once round everything that is asked for in turn, so that no round pays for a first time; a minute at most. */
async function warmUp(rig: Rig, entry: Entry, app: number, seconds: number): Promise<void> {
  const { sessions, apps } = entry.rotate ?? { sessions: 1, apps: 1 }
  const rotation = Math.max(sessions, apps)
  let requests = 0
  for (let spent = 0; spent < seconds || (requests < 1.2 * rotation && spent < 60); ) {
    const { requests: more, seconds: took } = await one(rig, entry, app, Math.max(1, seconds), requests)
    requests += more
    spent += took
  }
}

/**
 * Warms everyone up, then measures. Fills `samples`.
 * @param app the app's process
 * @param fail is told of a contender that does not give the page any more; it is measured no further
 */
export async function race(
  rig: Rig,
  entries: readonly Entry[],
  app: number,
  { rounds, seconds, warm }: Timing,
  say: (line: string) => void,
  fail: (entry: Entry, error: unknown) => void,
): Promise<void> {
  const out = new Set<Entry>()
  const attempt = async (entry: Entry, work: () => Promise<void>): Promise<void> => {
    if (out.has(entry)) return
    try {
      await work()
    } catch (error) {
      out.add(entry)
      fail(entry, error)
    }
  }
  for (const entry of entries)
    await attempt(entry, () => {
      say(`warming up: ${entry.contender.title}`)
      return warmUp(rig, entry, app, warm)
    })
  for (let round = 0; round < rounds; round++)
    for (const entry of rotated(entries, round))
      await attempt(entry, async () => {
        await push(rig, entry, entry.rotate === undefined ? RUN_UP : RUN_UP_ROTATING)
        const sample = await one(rig, entry, app, seconds)
        entry.samples.push(sample)
        const rate = Math.round(sample.requests / sample.seconds)
        say(`round ${round + 1} of ${rounds}: ${entry.contender.title}: ${rate} req/s`)
        if (entry.rotate === undefined) await check(entry.opened)
      })
}
