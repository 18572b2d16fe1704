/** What Gatehouse means to hold, each beside what was measured. Pure. */
import type { Report } from './report.ts'
import { ratio } from './table.ts'

export interface Promised {
  readonly what: string
  /** As measured, and as promised, in words. */
  readonly measured: string
  readonly promised: string
  readonly holds: boolean
}

/**
 * Those whose figures a report has. Where Authelia itself is not here, its ratios from when Gatehouse was begun
 * stand in, and the words say so; the built-in portal would be an easier peer than Authelia is.
 */
export function promises(report: Report): Promised[] {
  const of = (id: string): number | undefined => report.contenders.find(one => one.id === id)?.ratio
  const list: Promised[] = []
  const least = (what: string, value: number | undefined, bound: number): void => {
    if (value === undefined) return
    list.push({ what, measured: ratio(value), promised: `${ratio(bound)} or more`, holds: value >= bound })
  }
  const most = (what: string, value: number | undefined, bound: number, unit: string): void => {
    if (value === undefined) return
    const measured = `${Math.round(value * 10) / 10}${unit}`
    list.push({ what, measured, promised: `${bound}${unit} or less`, holds: value <= bound })
  }
  const over = (a: number | undefined, b: number | undefined): number | undefined =>
    a === undefined || b === undefined ? undefined : a / b
  const door = of('gatehouse')
  least('forward auth under NGINX with its cache, of raw NGINX', of('nginx-gatehouse-cached'), 0.85)
  least('forward auth under NGINX without its cache, of raw NGINX', of('nginx-gatehouse'), 0.6)
  least('the proxy door, of raw NGINX', door, 0.65)
  for (const [what, value, id, past, bound] of [
    [
      'forward auth under NGINX with its cache, of NGINX + Authelia',
      of('nginx-gatehouse-cached'),
      'nginx-authelia',
      0.24,
      3.4,
    ],
    ['the proxy door, of Caddy + Authelia', door, 'caddy-authelia', 0.09, 6],
  ] as const) {
    const peer = of(id)
    const words = peer === undefined ? `${what} (${ratio(past)}, as it was measured in another run)` : what
    least(words, over(value, peer ?? past), bound)
  }
  least('the proxy door, of oauth2-proxy', over(door, of('oauth2-proxy')), 3.5)
  for (const id of ['apps', 'sessions', 'turns']) {
    const one = report.scale?.find(each => each.id === `scale-${id}`)
    least(`${one?.title}, of one app and one session`, one?.ratio, 0.9)
  }
  const { streams, start } = report
  if (streams !== undefined) {
    const { all, withStalled } = streams
    most('frames lost by viewers who keep up', all.lost + withStalled.lost, 0, '')
    most('memory for a stream', all.memory, 64, ' KiB')
  }
  most('start to first answer', start?.median, 400, ' ms')
  most('memory at rest', start?.rest, 120, ' MB')
  return list
}
