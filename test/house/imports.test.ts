import t from 'tap'
import { files, read } from './files.ts'
import { importsOf, trespass } from './imports.ts'

t.test('the rule itself', async t => {
  const table: readonly [string, string, boolean][] = [
    ['src/lib/html.ts', 'src/types.ts', true],
    ['src/config/model.ts', 'src/lib/html.ts', true],
    ['src/lib/html.ts', 'src/config/model.ts', false],
    ['src/authz/policy.ts', 'src/authz/authorize.ts', false],
    ['src/authz/authorize.ts', 'src/authz/policy-rule.ts', true],
    ['src/session/authelia.ts', 'src/upstream/pool.ts', false],
    ['src/portal/api.ts', 'src/door/proxy.ts', false],
    ['src/cli/serve.ts', 'src/main.ts', false],
    ['src/main.ts', 'src/cli.ts', true],
    ['src/server.ts', 'test/support/gateway.ts', false],
  ]
  for (const [from, to, allowed] of table)
    t.equal(trespass(from, to) === undefined, allowed, `${from} -> ${to}`)
  const source =
    "import a from './a.ts'\nimport { b,\n c } from '../b.ts'\nimport '../c.ts'\nawait import('./d.ts')\nexport * from './e.ts'"
  t.strictSame(importsOf('src/x/y.ts', source), [
    'src/x/a.ts',
    'src/b.ts',
    'src/c.ts',
    'src/x/d.ts',
    'src/x/e.ts',
  ])
})

t.test('imports go down only', async t => {
  const sources = files(/^src\/.*\.ts$/)
  t.ok(sources.length > 20)
  const wrong = sources.flatMap(file =>
    importsOf(file, read(file))
      .map(to => trespass(file, to))
      .filter(Boolean),
  )
  t.strictSame(wrong, [])
})

t.test('nothing in src imports what npm ci --omit=dev leaves out', async t => {
  const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
  const wrong = files(/^src\/.*\.ts$/).flatMap(file =>
    [
      ...read(file).matchAll(
        /^\s*(?:import|export)\b[^'"`;]*?from\s*['"]([^.'"][^'"]*)['"]|^import\s*['"]([^.'"][^'"]*)['"]/gm,
      ),
    ]
      .map(match => match[1] ?? match[2] ?? '')
      .filter(name => !name.startsWith('node:'))
      .map(name =>
        name
          .split('/')
          .slice(0, name.startsWith('@') ? 2 : 1)
          .join('/'),
      )
      .filter(name => !(name in dependencies))
      .map(name => `${file}: ${name}`),
  )
  t.strictSame(wrong, [])
})

t.test(
  'nothing that serves imports node:http by value, which loads 13 MB more (src/lib/http.ts)',
  async t => {
    const byValue = /^import (?!type\b)[^;']*?from 'node:http'/gm
    const wrong = files(/^src\/(?!demo\/).*\.ts$/).filter(file =>
      [...read(file).matchAll(byValue)].some(
        ([line]) => !/^import \{(?:\s*type \w+,?)+\s*\} from/.test(line),
      ),
    )
    t.strictSame(wrong, [])
  },
)
