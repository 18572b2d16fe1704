import { spawnSync } from 'node:child_process'
import process from 'node:process'
import t from 'tap'
import { chooseCores, describeCores, parseList } from '../../bench/lib/cores.ts'
import { versionIn } from '../../bench/lib/found.ts'
import { parseLoad } from '../../bench/lib/load.ts'
import { machineName } from '../../bench/lib/machine.ts'
import { cpuOf, family, parseCore, parseStat, residentOf } from '../../bench/lib/proc.ts'

t.test('the figures of wrk are the line that its script writes, whatever else it says', async t => {
  const said = `Running 1s test @ http://127.0.0.1:8080/
  1 threads and 32 connections
  Requests/sec:  20445.12
{"requests":20445,"seconds":1.000123,"bytes":23000000,"errors":2,"p50":1230,"p99":25500,"max":40000}
`
  t.strictSame(parseLoad(said), {
    requests: 20_445,
    seconds: 1.000123,
    bytes: 23_000_000,
    errors: 2,
    p50: 1230,
    p99: 25_500,
    max: 40_000,
  })
  t.throws(() => parseLoad('unable to connect to 127.0.0.1:8080 Connection refused\n'), /unable to connect/)
})

t.test('a line of /proc is read from the last bracket on, since a name may hold any', async t => {
  const tail = 'S 17 1 1 0 -1 4194560 1 0 0 0 250 75 0 0 20 0 11 0 100 1000 50'
  t.strictSame(parseStat(`42 (node) ${tail}`), { parent: 17, cpu: 3.25 })
  t.strictSame(parseStat(`42 (a) S 99 (b)) ${tail}`), { parent: 17, cpu: 3.25 })
})

t.test('a core is busy with all but its two ways of rest', async t => {
  const text = 'cpu  9 9 9 9 9 9 9 9 9 9\ncpu0 10 1 5 70 4 2 3 5 0 0\ncpu1 1 1 1 1 1 1 1 1 0 0\nintr 1 2\n'
  t.strictSame(parseCore(text, 0), { busy: 26, all: 100 })
  t.strictSame(parseCore(text, 1), { busy: 6, all: 8 })
})

t.test('a family is a process and all below it', async t => {
  const stat = (parent: number) => ({ parent, cpu: 0 })
  const all = new Map([
    [1, stat(0)],
    [2, stat(1)],
    [3, stat(2)],
    [4, stat(1)],
    [9, stat(0)],
  ])
  t.strictSame(family(1, all), [1, 2, 3, 4])
  t.strictSame(family(9, all), [9])
})

t.test('this very process has used time and memory', { skip: process.platform !== 'linux' }, async t => {
  t.ok(cpuOf([process.pid]) > 0)
  t.ok(residentOf(process.pid) > 10)
})

t.test(
  'cores: nobody shares with the generator, and the app has one of its own where there are three',
  async t => {
    const alone = (core: number): number[] => [core]
    const pairs = (core: number): number[] => [core & ~1, core | 1]
    const table: [string, number[], (core: number) => number[], [number, number, number]][] = [
      ['one', [0], alone, [0, 0, 0]],
      ['two', [0, 1], alone, [0, 1, 1]],
      ['two of many', [6, 7], alone, [6, 7, 7]],
      ['four', [0, 1, 2, 3], alone, [0, 1, 2]],
      ['two threads of one core', [0, 1], pairs, [0, 1, 1]],
      ['four threads of two cores', [0, 1, 2, 3], pairs, [0, 2, 2]],
      ['eight threads of four cores', [0, 1, 2, 3, 4, 5, 6, 7], pairs, [0, 2, 4]],
    ]
    for (const [name, allowed, siblings, [generator, contender, upstream]] of table)
      t.strictSame(
        chooseCores(allowed, siblings),
        { generator, contender, upstream, count: allowed.length },
        name,
      )
    t.match(
      describeCores({ generator: 0, contender: 1, upstream: 1, count: 2 }),
      /core 1 runs the contender and the app/,
    )
    t.match(describeCores({ generator: 0, contender: 1, upstream: 2, count: 4 }), /core 2 the app/)
    t.match(
      describeCores({ generator: 0, contender: 1, upstream: 1, count: 2, shared: true }),
      /shared by all/,
    )
    t.strictSame(parseList('0-2,5\n'), [0, 1, 2, 5])
  },
)

t.test('names of machines and programs', async t => {
  t.equal(machineName('AMD EPYC 7B13 64-Core Processor', 2), 'amd-epyc-7b13-2-cores')
  t.equal(machineName('Intel(R) Core(TM) i5-8250U CPU @ 1.60GHz', 1), 'intel-core-i5-8250u-1-core')
  t.equal(machineName('', 4), 'unknown-4-cores')
  t.equal(versionIn('nginx version: nginx/1.22.1'), '1.22.1')
  t.equal(versionIn('oauth2-proxy v7.15.4 (built with go1.26.8)'), '7.15.4')
  t.equal(versionIn('nonsense'), 'unknown')
})

t.test('npm run bench says what it can do, and what it does not know', async t => {
  const bench = (...args: string[]) =>
    spawnSync(process.execPath, ['bench/run.ts', ...args], { encoding: 'utf8', timeout: 30_000 })
  const help = bench('--help')
  t.equal(help.status, 0)
  t.match(help.stdout, /--quick[\s\S]*nginx-gatehouse-cached/)
  for (const args of [['--only', 'apache'], ['--rounds', '0'], ['--wrong'], ['--readme', '--quick']])
    t.equal(bench(...args).status, 2, args.join(' '))
})
