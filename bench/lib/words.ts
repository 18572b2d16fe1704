/** A report in words and tables: for the terminal, and for README. Pure. */
import { describeCores } from './cores.ts'
import { promises } from './promises.ts'
import type { Report } from './report.ts'
import { count, markdownTable, mebibytes, micros, milliseconds, ratio, textTable } from './table.ts'
import type { Result } from './types.ts'

function generatorNote(report: Report): string {
  const most = Math.max(...report.contenders.map(one => one.generator))
  const busy = `The load generator's core was ${Math.round(most * 100)}% busy at most`
  return most < 0.9
    ? `${busy}, so it held nobody up.`
    : `${busy}: the fastest were held up by it, and look slower than they are.`
}

function memoryOf(report: Report): string[] {
  return report.contenders
    .filter(one => 'gatehouse' in one.memory || 'oauth2-proxy' in one.memory || 'caddy' in one.memory)
    .map(one => {
      const parts = Object.entries(one.memory).map(
        ([name, { rest, load }]) => `${name} ${Math.round(rest)} at rest, ${Math.round(load)} under load`,
      )
      return `  ${one.title}: ${parts.join('; ')}`
    })
}

/** @param times false where absolute times, which are the machine's and not ours, are left out */
function extras({ contenders, scale, streams, start }: Report, times: boolean): string[] {
  const lines: string[] = []
  const held = contenders.find(one => one.id === 'gatehouse')?.memory.gatehouse
  if (held !== undefined) lines.push(`memory of the proxy door under load: ${mebibytes(held.load)}`)
  const scaled = (id: string): Result | undefined => scale?.find(one => one.id === `scale-${id}`)
  const against = 'of the rate with one app and one session'
  for (const one of [scaled('apps'), scaled('sessions')])
    if (one !== undefined) lines.push(`${one.title}: ${ratio(one.ratio)} ${against}`)
  const [turns, raw] = [scaled('turns'), scaled('raw-turns')]
  if (turns !== undefined && raw !== undefined)
    lines.push(
      `${turns.title}, each over a connection of its own: ${ratio(turns.ratio)} ${against}; raw NGINX, where that alone is the difference: ${ratio(raw.ratio)}`,
    )
  if (streams !== undefined) {
    const { all, withStalled: other, frame } = streams
    lines.push(
      `${count(all.streams)} camera streams, ten frames of ${frame / 1024} KiB a second each: ${all.lost} frames lost of ${count(all.received)}, ${Math.round(all.memory)} KiB a stream, ${Math.round(all.cpu * 100)}% of a core${times ? `, 99 of 100 frames within ${Math.round(all.delay.p99)} ms` : ''}`,
      `with ${count(other.stalled)} viewers who stopped reading: the others lost ${other.lost} of ${count(other.received)}, ${Math.round(other.memory)} KiB a stream`,
    )
  }
  if (start !== undefined) {
    const took = `${Math.round(start.median)} ms (median of ${start.starts}, ${start.range.map(Math.round).join(' to ')}), `
    lines.push(
      `start to first answer: ${times ? took : ''}${(start.median / start.bare).toFixed(1)} times the start of a bare Node`,
      `memory at rest: ${mebibytes(start.rest)}`,
    )
  }
  return lines
}

/** All of it, as `npm run bench` prints it. */
export function terminal(report: Report): string {
  const { contenders, leftOut, machine, timing } = report
  const rows = contenders.map(one => [
    one.title,
    count(one.rps),
    ratio(one.ratio),
    one.ratioRange.map(ratio).join('-'),
    milliseconds(one.p50),
    milliseconds(one.p99),
    micros(one.cpu),
    ratio(one.cpuRatio),
  ])
  const head = ['', 'req/s', 'of NGINX', 'rounds', 'p50', 'p99', 'CPU/request', 'by CPU']
  const held = promises(report).map(
    one => `  ${one.holds ? 'holds' : 'FALLS SHORT'}: ${one.what}: ${one.measured} (meant: ${one.promised})`,
  )
  return [
    `${report.date}, ${machine.cpu}: ${describeCores(report.cores)}.`,
    `Rounds: ${timing.rounds}, of ${timing.seconds} s each, ${timing.connections} connections, medians${timing.browser ? ", a browser's headers" : ''}. ${generatorNote(report)}`,
    '',
    textTable(head, rows),
    '',
    "of NGINX: the rate against raw NGINX's in the same round; what the app costs is in it, the same for all.",
    "CPU/request: of all processes but generator and app. by CPU: raw NGINX's CPU/request divided by this one's.",
    ...leftOut.map(({ title, why }) => `left out: ${title}: ${why}`),
    '',
    ...extras(report, true),
    'resident memory, MB:',
    ...memoryOf(report),
    ...(held.length === 0 ? [] : ['', 'what we mean to hold:', ...held]),
    '',
  ].join('\n')
}

/** Ratios alone: absolute times are the machine's, not ours. */
export function readme(report: Report, plot: string): string {
  const { machine, contenders, leftOut } = report
  const rows = contenders.map(one => [one.title, ratio(one.ratio), ratio(one.cpuRatio)])
  const versions = Object.entries(machine.versions).map(([name, version]) => `${name} ${version}`)
  return [
    `![Requests a second against raw NGINX](${plot})`,
    '',
    `Measured on ${report.date}, ${machine.cpu}: ${describeCores(report.cores)}. ${generatorNote(report)} \`npm run bench\` does it again on yours; [bench/README.md](bench/README.md) says how it is kept fair.`,
    '',
    markdownTable(['', 'requests a second, of raw NGINX', 'the same by CPU time, the app left out'], rows),
    '',
    ...(leftOut.length === 0
      ? []
      : [`Left out: ${leftOut.map(({ title, why }) => `${title} (${why})`).join('; ')}.`, '']),
    ...extras(report, false).map(line => `- ${line}`),
    '',
    `With ${versions.join(', ')}.`,
  ].join('\n')
}
