/** The plot: a bar for each contender, as SVG that is read on light and dark grounds. Pure. */
import type { Report } from './report.ts'
import { ratio } from './table.ts'

const WIDTH = 760
const LABEL = 320
const ROW = 34
const TOP = 64
const BAR = 14
/** Room for the figure behind the longest bar. */
const TAIL = 60

const escapeXml = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')

const STYLE = `
  text { font: 13px system-ui, -apple-system, "Segoe UI", Roboto, sans-serif; fill: #1f2328 }
  .title { font-size: 15px; font-weight: 600 }
  .small { font-size: 11px; fill: #59636e }
  .ground { fill: #ffffff }
  .rate { fill: #8c959f } .ours .rate { fill: #0969da }
  .cpu { fill: #d1d9e0 } .ours .cpu { fill: #a5ccf5 }
  .ours .name { font-weight: 600 }
  line { stroke: #d1d9e0 }
  @media (prefers-color-scheme: dark) {
    text { fill: #f0f6fc } .small { fill: #9198a1 } .ground { fill: #0d1117 }
    .rate { fill: #7d8590 } .ours .rate { fill: #4493f8 }
    .cpu { fill: #3d444d } .ours .cpu { fill: #1f4a85 }
    line { stroke: #3d444d }
  }`

/** @returns a whole SVG document */
export function plot(report: Report): string {
  const { contenders, machine, date } = report
  const most = Math.max(1, ...contenders.flatMap(one => [one.ratio, one.cpuRatio]))
  const scale = (WIDTH - LABEL - TAIL) / most
  const height = TOP + contenders.length * ROW + 30
  const x = (value: number): string => (LABEL + value * scale).toFixed(1)
  const bottom = TOP + contenders.length * ROW
  const marks = [0, 0.25, 0.5, 0.75, 1].map(
    mark => `<line x1="${x(mark)}" x2="${x(mark)}" y1="${TOP - 6}" y2="${bottom}"/>
  <text class="small" x="${x(mark)}" y="${bottom + 16}" text-anchor="middle">${mark}</text>`,
  )
  const rows = contenders.map((one, n) => {
    const y = TOP + n * ROW
    return `<g class="${one.id.includes('gatehouse') ? 'ours' : 'theirs'}">
    <text class="name" x="${LABEL - 10}" y="${y + 15}" text-anchor="end">${escapeXml(one.title)}</text>
    <rect class="rate" x="${LABEL}" y="${y}" width="${(one.ratio * scale).toFixed(1)}" height="${BAR}" rx="2"/>
    <rect class="cpu" x="${LABEL}" y="${y + BAR + 2}" width="${(one.cpuRatio * scale).toFixed(1)}" height="6" rx="2"/>
    <text x="${(LABEL + one.ratio * scale + 6).toFixed(1)}" y="${y + 12}">${ratio(one.ratio)}</text>
  </g>`
  })
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" width="${WIDTH}" height="${height}" role="img" aria-label="Requests a second against raw NGINX">
<style>${STYLE}
</style>
<rect class="ground" width="${WIDTH}" height="${height}" rx="6"/>
<text class="title" x="16" y="26">Requests a second, of raw NGINX</text>
<text class="small" x="16" y="44">The thin bars: the same by CPU time, with what the app costs left out. ${escapeXml(`${date}, ${machine.cpu}, ${machine.cores} cores`)}</text>
  ${marks.join('\n  ')}
  ${rows.join('\n  ')}
</svg>
`
}
