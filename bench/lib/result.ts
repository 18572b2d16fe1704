/** From the rounds of a contender to one line. Pure. */
import { median, range } from './stats.ts'
import type { Result, Sample } from './types.ts'

const MICRO = 1e6

export interface Raced {
  readonly id: string
  readonly title: string
  readonly what: string
  readonly samples: readonly Sample[]
  readonly memory: Result['memory']
}

const rate = (sample: Sample): number => sample.requests / sample.seconds
const each = (samples: readonly Sample[], of: (sample: Sample) => number): number => median(samples.map(of))

/**
 * Each round's rate is held against raw NGINX's in the same round, so that a machine that slows down in
 * mid-run slows both; the median of these is the ratio.
 * @param base raw NGINX's rounds
 */
export function resultOf(raced: Raced, base: readonly Sample[]): Result {
  const { id, title, what, samples, memory } = raced
  const ratios = samples.map((sample, n) => rate(sample) / rate(base[n] ?? sample))
  const cpu = each(samples, sample => (sample.cpu / sample.requests) * MICRO)
  const baseCpu = each(base, sample => (sample.cpu / sample.requests) * MICRO)
  return {
    id,
    title,
    what,
    rps: each(samples, rate),
    ratio: median(ratios),
    ratioRange: range(ratios),
    p50: each(samples, sample => sample.p50),
    p99: each(samples, sample => sample.p99),
    cpu,
    cpuRatio: baseCpu / cpu,
    appCpu: each(samples, sample => (sample.appCpu / sample.requests) * MICRO),
    generator: each(samples, sample => sample.generator),
    errors: samples.reduce((sum, sample) => sum + sample.errors, 0),
    memory,
    rounds: samples,
  }
}
