import { spawnSync } from 'node:child_process'
import t from 'tap'
import { compose, ini, json, list, pattern, php, properties, sh, yaml } from '../../src/catalog/quote.ts'

const HOSTILE = [
  "Mum's",
  'two words',
  '"VIPs"',
  '$(id) `id` $HOME',
  'a;b#c',
  '\\n',
  '~root',
  '*?[a]',
  'ä',
  '!x',
  '-n',
  '',
]

t.test('a shell reads back what was written', async t => {
  for (const text of HOSTILE) {
    const { stdout } = spawnSync('sh', ['-c', `printf '[%s]' x${sh(text)} x=${sh(text)}`], {
      encoding: 'utf8',
    })
    t.equal(stdout, `[x${text}][x=${text}]`)
  }
  t.equal(sh('https://auth.example.com:8443/x'), 'https://auth.example.com:8443/x', 'plain stays plain')
  t.equal(sh('a~b'), "'a~b'")
})

t.test('each file has its own rules', async t => {
  const table: readonly [string, (text: string) => string, string, string][] = [
    ['PHP and Python', php, "Mum's \\ VIPs", "'Mum\\'s \\\\ VIPs'"],
    ['JSON', json, 'say "hi"', '"say \\"hi\\""'],
    ['YAML', yaml, "Mum's: #1", "'Mum''s: #1'"],
    ['compose', compose, "it's $5", "'it''s $$5'"],
    ['INI, plain', ini, 'openid profile email', 'openid profile email'],
    ['INI, with a comment sign', ini, 'a;b', '"""a;b"""'],
    ['INI, with a space at the end', ini, 'a ', '"""a """'],
    ['properties', properties, ' ä\\b', '\\ \\u00e4\\\\b'],
    ['regular expression', pattern, 'a.b (c)/d', 'a\\.b \\(c\\)\\/d'],
  ]
  for (const [name, write, text, expected] of table) t.equal(write(text), expected, name)
})

t.test('a list in one setting', async t => {
  t.strictSame(list('family,  friends of ours ,'), ['family', 'friends of ours'])
  t.strictSame(list(undefined), [])
})
