import { spawnSync } from 'node:child_process'
import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { laterKeys } from '../../src/config/later.ts'
import { commands, configurations, keys, type Named, paths, scripts, variables } from './documents.ts'
import { files, ROOT, read } from './files.ts'

const DOCUMENTS = files(/^(README|CONTRIBUTING|SECURITY)\.md$|^docs\/.*\.md$/)

/** A setup sheet names files and settings of an app, not ours. */
const SHEET = /^docs\/apps\/(?!README)/

const all = (finder: (file: string, text: string) => Named[]): Named[] =>
  DOCUMENTS.filter(file => !SHEET.test(file) || finder === commands).flatMap(file => finder(file, read(file)))

function gatehouse(...args: string[]) {
  return spawnSync(process.execPath, [join(ROOT, 'src', 'main.ts'), ...args], {
    encoding: 'utf8',
    timeout: 30_000,
  })
}

t.test('the finders find', async t => {
  const text = `See \`src/types.ts\` and [the map](docs/MAP.md), not \`/etc/config/x\`.
\`npm run demo -- --once\`, \`npm test\`, \`npm ci\`; \`gatehouse check --config x.yml\`; \`verdict_ttl\`, \`authelia.verdict_ttl: 2s\`, GATEHOUSE_X
\`\`\`yaml
domain: example.com
\`\`\`
`
  const what = (named: Named[]): string[] => named.map(one => one.what)
  t.strictSame(what(paths('README.md', text)), ['src/types.ts', 'docs/MAP.md'])
  t.strictSame(what(scripts('README.md', text)), ['demo', 'test'])
  t.strictSame(what(commands('README.md', text)), ['check --config x.yml'])
  t.strictSame(what(keys('README.md', text)), ['verdict_ttl', 'authelia.verdict_ttl'])
  t.strictSame(what(variables('README.md', text)), ['GATEHOUSE_X'])
  t.strictSame(configurations('README.md', text), [{ where: 'README.md:3', what: 'domain: example.com\n' }])
})

t.test('every path that a document names exists', async t => {
  for (const name of ['README.md', 'CONTRIBUTING.md', 'SECURITY.md', 'docs/ARCHITECTURE.md'])
    t.ok(DOCUMENTS.includes(name), name)
  const missing = all(paths).filter(({ what }) => !existsSync(join(ROOT, what)))
  t.strictSame(missing, [])
})

t.test('every npm script that a document names exists', async t => {
  const known = (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts
  t.strictSame(
    all(scripts).filter(({ what }) => !(what in known)),
    [],
  )
})

/** Commands that documents name before they are there; each leaves this list with the commit that brings it. */
const COMING = new Set<string>()

t.test('every command and option that a document names exists', async t => {
  const help = new Map<string, string>()
  const helpOf = (command: string): string => {
    const kept = help.get(command)
    if (kept !== undefined) return kept
    const out = gatehouse(...(command === '' ? [] : [command]), '--help')
    const text = out.status === 0 ? out.stdout + out.stderr : ''
    help.set(command, text)
    return text
  }
  const wrong = all(commands).filter(({ what }) => {
    const words = what.trim().split(/\s+/)
    const command = words[0]?.startsWith('-') ? '' : (words[0] ?? '')
    if (COMING.has(command)) return false
    const text = helpOf(command)
    const options = words
      .filter(word => word.startsWith('--') && word !== '--')
      .map(word => word.split('=')[0] ?? '')
    return text === '' || options.some(option => !text.includes(option))
  })
  t.strictSame(wrong, [])
})

t.test('every key that a document names is one of the configuration, or a word of Authelia', async t => {
  const schema = `${read('config/gatehouse.schema.json')}${laterKeys.map(key => JSON.stringify(key)).join()}`
  /** Not keys of ours: what Authelia's documents call its own things, or the protocols. */
  const foreign = new Set(read('test/house/words.txt').split('\n').filter(Boolean))
  const wrong = all(keys).filter(
    ({ what }) => !foreign.has(what) && !what.split('.').every(word => schema.includes(`"${word}"`)),
  )
  t.strictSame(wrong, [])
})

t.test('the variables of the environment: named where they are read, read where they are named', async t => {
  const named = new Set(all(variables).map(({ what }) => what))
  const used = files(/^(src|bin|scripts)\//).flatMap(file =>
    [...read(file).matchAll(/\benv(?:\.|\[')(GATEHOUSE_[A-Z_]+)/g)].map(match => match[1] ?? ''),
  )
  t.ok(used.includes('GATEHOUSE_DEMO_PORT'))
  t.strictSame([...named].sort(), [...new Set(used)].sort())
})

t.test('every gatehouse.yml in a document, and the examples, pass check', async t => {
  const folder = t.testdir()
  const examples = files(/^config\/.*\.yml$/).map(file => ({ where: file, what: read(file) }))
  for (const [n, { where, what }] of [...all(configurations), ...examples].entries()) {
    const file = join(folder, `${n}.yml`)
    writeFileSync(file, what)
    const out = gatehouse('check', '--config', file)
    // The files that an example names are not here; all else must be right.
    const faults = (out.stdout + out.stderr)
      .split('\n')
      .filter(
        line =>
          /^.*\.yml:\d+:\d+/.test(line) && !/does not exist|no such file|cannot be read|ENOENT/i.test(line),
      )
    t.strictSame(faults, [], where)
    t.ok(out.status === 0 || out.status === 1, `${where}: exit ${out.status}`)
  }
})
