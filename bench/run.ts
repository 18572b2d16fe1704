/**
 * `npm run bench`: Gatehouse and what one would have instead, side by side, in one run on one machine. The
 * table goes to stdout, what happens meanwhile to stderr, JSON and a plot to bench/results.
 */
import process from 'node:process'
import { CONTENDERS } from './contenders/all.ts'
import { BROWSER } from './lib/browser.ts'
import { check } from './lib/check.ts'
import { readCores } from './lib/cores.ts'
import { findPrograms } from './lib/found.ts'
import { keep, writeReadme } from './lib/keep.ts'
import { CONNECTIONS } from './lib/load.ts'
import { readMachine } from './lib/machine.ts'
import { startApp } from './lib/nginx.ts'
import type { Report } from './lib/report.ts'
import { resultOf } from './lib/result.ts'
import { type Entry, memoryOf, race } from './lib/rounds.ts'
import { closeOnSignal, openStage, type Stage } from './lib/stage.ts'
import { type Contender, LeftOut, type Rig } from './lib/types.ts'
import { terminal } from './lib/words.ts'
import { HELP, OptionFault, type Options, readOptions } from './options.ts'
import { after, measureScale } from './scale.ts'
import { measureStart } from './start.ts'
import { measureStreams } from './streams.ts'

const begun = performance.now()
const say = (line: string): void =>
  void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)

type LeftOutList = { title: string; why: string }[]

function leave({ title }: Pick<Contender, 'title'>, error: unknown, leftOut: LeftOutList): void {
  const why = error instanceof Error ? error.message : String(error)
  leftOut.push({ title, why: error instanceof LeftOut ? why : `failed: ${why.split('\n')[0]}` })
  say(`left out: ${title}: ${why}`)
}

/** Starts everyone who is asked for and here; whoever fails the check is left out, and the reason kept. */
async function open(
  rig: Rig,
  options: Options,
  leftOut: LeftOutList,
  ended: () => boolean,
): Promise<Entry[]> {
  const entries: Entry[] = []
  const wanted = (id: string): boolean => id === 'nginx' || (options.only?.includes(id) ?? true)
  for (const contender of CONTENDERS.filter(({ id }) => wanted(id))) {
    const stage = rig.stage.part()
    try {
      const own = await contender.open({ ...rig, stage })
      const opened = options.browser ? { ...own, headers: { ...own.headers, ...BROWSER } } : own
      const rest = memoryOf(opened)
      await check(opened)
      entries.push({ contender, opened, rest, samples: [] })
      say(`ready: ${contender.title}`)
    } catch (error) {
      if (contender.id === 'nginx' || ended()) throw error
      await stage.close()
      leave(contender, error, leftOut)
    }
  }
  return entries
}

async function measure(stage: Stage, options: Options, ended: () => boolean): Promise<Report> {
  const cores = { ...readCores(), ...(options.share && { shared: true }) }
  const found = await findPrograms(stage, say)
  const bare: Rig = { stage, cores, upstream: 0, found }
  const app = await startApp(bare, cores.upstream)
  const rig: Rig = { ...bare, upstream: app.port }
  const timing = { rounds: options.rounds, seconds: options.seconds, warm: options.warm }
  const leftOut: LeftOutList = []
  /** A part that fails is left out, so that the minutes before it were not for nothing. */
  async function attempt<T>(name: string, title: string, work: () => Promise<T>): Promise<T | undefined> {
    if (options.only?.includes(name) === false) return undefined
    try {
      return await work()
    } catch (error) {
      if (ended()) throw error
      leave({ title }, error, leftOut)
      return undefined
    }
  }
  // First, while nothing else has run: a start is measured on any core.
  const starts = options.quick ? 3 : 9
  const start = await attempt('start', 'start', () => measureStart(rig, starts, say))
  const racing = rig.stage.part()
  const entries = await open({ ...rig, stage: racing }, options, leftOut, ended)
  const failed = new Set<Entry>()
  await race(rig, entries, app.program.pid, timing, say, (entry, error) => {
    if (entry === entries[0] || ended()) throw error
    failed.add(entry)
    leave(entry.contender, error, leftOut)
  })
  const base = entries[0]?.samples ?? []
  const contenders = entries
    .filter(entry => !failed.has(entry))
    .map(entry => resultOf({ ...entry.contender, samples: entry.samples, memory: after(entry) }, base))
  await racing.close()
  const scale = await attempt('scale', 'many apps and sessions', () =>
    measureScale(rig, app.program.pid, { ...timing, rounds: Math.min(3, timing.rounds) }, say),
  )
  const watching = { streams: 1000, seconds: options.quick ? 3 : 15 }
  const streams = await attempt('streams', 'webcams', () => measureStreams(rig, watching, say))
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: readMachine(found),
    cores,
    timing: { ...timing, connections: CONNECTIONS, browser: options.browser },
    contenders,
    leftOut,
    ...(scale !== undefined && { scale }),
    ...(streams !== undefined && { streams }),
    ...(start !== undefined && { start }),
  }
}

async function main(): Promise<number> {
  const ids = CONTENDERS.map(({ id }) => id)
  let options: Options
  try {
    options = readOptions(process.argv.slice(2), ids)
  } catch (error) {
    const known = error instanceof OptionFault || (error instanceof Error && 'code' in error)
    if (!known) throw error
    process.stderr.write(`${(error as Error).message}\n`)
    return 2
  }
  if (options.help) {
    process.stdout.write(HELP(ids))
    return 0
  }
  const stage = openStage(options.share)
  const guard = closeOnSignal(stage, say)
  try {
    const report = await measure(stage, options, guard.ended)
    const name = keep(
      report,
      !options.quick && !options.browser && !options.share && options.only === undefined,
    )
    process.stdout.write(`${terminal(report)}\nwritten: ${name}.json and .svg\n`)
    if (options.readme && writeReadme()) process.stdout.write('written: README.md\n')
    return 0
  } catch (error) {
    // What it ended with a signal failed, of course.
    if (!guard.ended()) say(error instanceof Error ? (error.stack ?? error.message) : String(error))
    return guard.ended() ? 130 : 1
  } finally {
    await stage.close()
    guard.release()
  }
}

process.exitCode = await main()
