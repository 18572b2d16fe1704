/**
 * `npm run bench`: Gatehouse and what one would have instead, side by side, in one run on one machine. The
 * table goes to stdout, what happens meanwhile to stderr, JSON and a plot to bench/results.
 */
import process from 'node:process'
import { CONTENDERS } from './contenders/all.ts'
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
import { LeftOut, type Rig } from './lib/types.ts'
import { terminal } from './lib/words.ts'
import { HELP, OptionFault, type Options, readOptions } from './options.ts'
import { after, measureScale } from './scale.ts'
import { measureStart } from './start.ts'
import { measureStreams } from './streams.ts'

const begun = performance.now()
const say = (line: string): void =>
  void process.stderr.write(`${((performance.now() - begun) / 1000).toFixed(0).padStart(4)} s  ${line}\n`)

/** Starts everyone who is asked for and here; whoever fails the check is left out, and the reason kept. */
async function open(rig: Rig, options: Options, leftOut: { title: string; why: string }[]): Promise<Entry[]> {
  const entries: Entry[] = []
  const wanted = (id: string): boolean => id === 'nginx' || (options.only?.includes(id) ?? true)
  for (const contender of CONTENDERS.filter(({ id }) => wanted(id))) {
    const stage = rig.stage.part()
    try {
      const opened = await contender.open({ ...rig, stage })
      const rest = memoryOf(opened)
      await check(opened)
      entries.push({ contender, opened, rest, samples: [] })
      say(`ready: ${contender.title}`)
    } catch (error) {
      if (contender.id === 'nginx') throw error
      await stage.close()
      const why = error instanceof Error ? error.message : String(error)
      leftOut.push({
        title: contender.title,
        why: error instanceof LeftOut ? why : `failed: ${why.split('\n')[0]}`,
      })
      say(`left out: ${contender.title}: ${why}`)
    }
  }
  return entries
}

async function measure(stage: Stage, options: Options): Promise<Report> {
  const cores = readCores()
  const found = await findPrograms(stage, say)
  const bare: Rig = { stage, cores, upstream: 0, found }
  const app = await startApp(bare, cores.upstream)
  const rig: Rig = { ...bare, upstream: app.port }
  const timing = { rounds: options.rounds, seconds: options.seconds, warm: options.warm }
  const part = (name: string): boolean => options.only?.includes(name) ?? true

  // First, while nothing else has run: a start is measured on any core.
  const start = part('start') ? await measureStart(rig, options.quick ? 3 : 9, say) : undefined
  const leftOut: { title: string; why: string }[] = []
  const race1 = rig.stage.part()
  const entries = await open({ ...rig, stage: race1 }, options, leftOut)
  await race(rig, entries, app.program.pid, timing, say)
  const base = entries[0]?.samples ?? []
  const contenders = entries.map(entry =>
    resultOf({ ...entry.contender, samples: entry.samples, memory: after(entry) }, base),
  )
  await race1.close()
  const scale = part('scale') ? await measureScale(rig, app.program.pid, timing, say) : undefined
  const watching = { streams: 1000, seconds: options.quick ? 3 : 15 }
  const streams = part('streams') ? await measureStreams(rig, watching, say) : undefined
  return {
    date: new Date().toISOString().slice(0, 10),
    machine: readMachine(found),
    cores,
    timing: { ...timing, connections: CONNECTIONS },
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
  const stage = openStage()
  const guard = closeOnSignal(stage, say)
  try {
    const report = await measure(stage, options)
    const name = keep(report, !options.quick && options.only === undefined)
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
