import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { files, ROOT, read } from './files.ts'

const MOST_LINES = 250

const linesOf = (file: string): string[] => read(file).split('\n')
const sources = files(/^(src|scripts|test|bench)\/.*\.ts$/).filter(
  file => file !== 'test/house/house.test.ts',
)
const texts = files().filter(file => !read(file).includes('\0') && file !== 'test/house/house.test.ts')

/** The lines of files that a pattern matches, as `file:line text`. */
const lines = (where: readonly string[], bad: RegExp): string[] =>
  where.flatMap(file =>
    linesOf(file).flatMap((line, n) =>
      bad.test(line) ? [`${file}:${n + 1} ${line.trim().slice(0, 120)}`] : [],
    ),
  )

t.test(`every source has at most ${MOST_LINES} lines`, async t => {
  t.strictSame(
    sources.filter(file => /^(src|scripts)\//.test(file) && linesOf(file).length - 1 > MOST_LINES),
    [],
  )
})

t.test('no any, and nothing silences the compiler, or the linter without a reason', async t => {
  const biome = JSON.parse(read('biome.json')) as {
    linter: { rules: { suspicious: { noExplicitAny?: string } } }
  }
  t.equal(biome.linter.rules.suspicious.noExplicitAny, 'error', 'Biome finds every any')
  const bad =
    /@ts-(?:ignore|nocheck|expect-error)|biome-ignore [^:]*(?:: *)?$|biome-ignore [^:]*noExplicitAny/
  for (const line of ['// @ts-ignore', '// biome-ignore lint/a/b', '// biome-ignore lint/a/b: '])
    t.match(line, bad)
  t.notMatch('// biome-ignore lint/a/b: this is why', bad)
  t.strictSame(lines(sources, bad), [])
})

t.test('nothing tells of the place where it was made', async t => {
  const bad = /(?:^|[\s'"`(=:])\/(?:work|root)\//
  for (const line of ["'/work/x'", 'cd /root/x']) t.match(line, bad)
  t.strictSame(lines(texts, bad), [])
})

t.test(
  'the lock file names no address to download from: each npm asks the registry that it is set up for',
  async t => {
    t.notMatch(read('package-lock.json'), /"resolved": "https?:/)
  },
)

interface Lock {
  readonly packages: Readonly<Record<string, { dev?: boolean; optional?: boolean; license?: string }>>
}

function manifestLicence(path: string): string | undefined {
  const manifest = JSON.parse(readFileSync(join(ROOT, path, 'package.json'), 'utf8')) as { license?: string }
  return manifest.license
}

t.test('every package that is installed with the program has a licence that suits Apache-2.0', async t => {
  const { packages } = JSON.parse(read('package-lock.json')) as Lock
  const free =
    /^(MIT|MIT-0|ISC|Apache-2\.0|BSD-2-Clause|BSD-3-Clause|0BSD|BlueOak-1\.0\.0|Unlicense|CC0-1\.0)$/
  const production = Object.entries(packages).filter(([path, entry]) => path !== '' && entry.dev !== true)
  t.ok(production.length > 10)
  const wrong = production.flatMap(([path, entry]) => {
    const licence = entry.license ?? (entry.optional ? undefined : manifestLicence(path))
    const words = (licence ?? '').replace(/[()]/g, '').split(' OR ')
    return words.some(word => free.test(word)) ? [] : [`${path}: ${licence ?? 'not said'}`]
  })
  t.strictSame(wrong, [])
})
