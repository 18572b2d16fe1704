import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { CONTENDERS } from '../../bench/contenders/all.ts'
import { withSection } from '../../bench/lib/keep.ts'
import { plot } from '../../bench/lib/plot.ts'
import { promises } from '../../bench/lib/promises.ts'
import type { Report } from '../../bench/lib/report.ts'
import { resultOf } from '../../bench/lib/result.ts'
import { markdownTable, textTable } from '../../bench/lib/table.ts'
import type { Sample } from '../../bench/lib/types.ts'
import { readme, terminal } from '../../bench/lib/words.ts'

const GOLDEN = join(import.meta.dirname, '..', 'golden', 'bench')
const report = JSON.parse(readFileSync(join(GOLDEN, 'report.json'), 'utf8')) as Report

t.test('a report as text, as README has it, and as a plot (TAP_SNAPSHOT=1 writes them anew)', async t => {
  for (const [file, made] of [
    ['terminal.txt', terminal(report)],
    ['readme.md', `${readme(report, 'bench/results/example.svg')}\n`],
    ['plot.svg', plot(report)],
  ] as const) {
    const path = join(GOLDEN, file)
    if (process.env.TAP_SNAPSHOT === '1') writeFileSync(path, made)
    t.equal(made, readFileSync(path, 'utf8'), file)
  }
})

t.test('README has ratios, and no rate that is the machine alone', async t => {
  const text = readme(report, 'x.svg')
  for (const one of report.contenders) {
    t.match(text, new RegExp(`\\| ${one.ratio.toFixed(2)} \\| ${one.cpuRatio.toFixed(2)} \\|`))
    t.notOk(text.includes(Math.round(one.rps).toLocaleString('en-US')), one.id)
  }
  t.notMatch(text, / m?s\b/, 'and no time')
  t.match(text, /Left out: .*Authelia/)
})

t.test("a round is held against raw NGINX's in the same round, and the middle one counts", async t => {
  const sample = (requests: number, cpu: number): Sample => ({
    requests,
    cpu,
    seconds: 2,
    bytes: 0,
    errors: 0,
    p50: 100,
    p99: 900,
    max: 1000,
    appCpu: 0.5,
    generator: 0.3,
  })
  const base = [sample(1000, 0.01), sample(500, 0.005), sample(2000, 0.02)]
  const raced = {
    id: 'x',
    title: 'X',
    what: '',
    memory: {},
    samples: [sample(500, 0.01), sample(400, 0.008), sample(200, 0.004)],
  }
  const result = resultOf(raced, base)
  t.equal(result.ratio, 0.5)
  t.strictSame(result.ratioRange, [0.1, 0.8])
  t.equal(result.rps, 200)
  t.equal(Math.round(result.cpu), 20)
  t.equal(Math.round(result.cpuRatio * 100), 50)
  t.equal(resultOf({ ...raced, samples: base }, base).ratio, 1)
})

t.test('what we mean to hold is judged by the figures, and never without them', async t => {
  const of = (ratio: number, id: string): Report => ({
    ...report,
    contenders: report.contenders.map(one => (one.id === id ? { ...one, ratio } : one)),
  })
  const door = (given: Report): boolean | undefined =>
    promises(given).find(({ what }) => what === 'the proxy door, of raw NGINX')?.holds
  t.equal(door(of(0.66, 'gatehouse')), true)
  t.equal(door(of(0.64, 'gatehouse')), false)
  t.equal(door({ ...report, contenders: [] }), undefined)
  const { scale: _, streams: _s, start: _t, ...bare } = report
  t.strictSame(promises({ ...bare, contenders: [] }), [])
})

t.test(
  'every name fits beside its bar: bold letters of 13 px are 8 px wide on average, others 7',
  async t => {
    for (const { id, title } of CONTENDERS) {
      const letter = id.includes('gatehouse') ? 8 : 7
      t.ok(title.length * letter <= 310, title)
    }
  },
)

t.test('tables line up', async t => {
  t.equal(
    textTable(
      ['', 'n'],
      [
        ['a', '1'],
        ['bcd', '1,000'],
      ],
    ),
    '         n\n---  -----\na        1\nbcd  1,000',
  )
  t.equal(markdownTable(['', 'n'], [['a', '1']]), '|  | n |\n|---|--:|\n| a | 1 |')
})

t.test('the section of README is put before the tests once, and replaced after that', async t => {
  const mark = (text: string): string =>
    `<!-- bench: written by npm run bench -- --readme -->\n${text}\n<!-- /bench -->`
  const first = withSection('# X\n\n## Test it\nso\n', mark('one'))
  t.equal(first, `# X\n\n## Speed\n${mark('one')}\n\n## Test it\nso\n`)
  t.equal(withSection(first, mark('two')), `# X\n\n## Speed\n${mark('two')}\n\n## Test it\nso\n`)
  t.throws(() => withSection('# X\n', mark('one')), /neither/)
})
