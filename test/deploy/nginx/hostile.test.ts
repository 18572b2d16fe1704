import { join } from 'node:path'
import t from 'tap'
import { nginxFiles } from '../../../src/deploy/nginx/files.ts'
import { includeWord, word } from '../../../src/deploy/nginx/word.ts'
import type { House } from '../../../src/deploy/types.ts'
import { houseOf } from '../houses.ts'
import { all, type Directive, directives } from './tokens.ts'

const BREAKERS = [
  '/x"; } server { listen 1; #',
  "/x'; return 200 'y",
  '/x;y',
  '/x {y}',
  '/x # y',
  '/x\\',
  '/x\\";z',
  '/two words',
  '/umlaut-ü',
  '/*.pem',
  '/[a-z]?',
]
const IMPOSSIBLE = ['/$host', '/$' + '{uri}', '/a\tb', '/a\rb', '/a\u007fb']

/** Where a file's path gets into NGINX's configuration, and which directive has it. */
const PLACES: readonly (readonly [
  what: string,
  yml: (path: string) => string,
  directive: string,
  prefix: string,
])[] = [
  [
    'the certificate',
    path => `deploy: { certificates: { from: files, certificate: ${JSON.stringify(path)}, key: /k } }`,
    'ssl_certificate',
    '',
  ],
  [
    'its key',
    path => `deploy: { certificates: { from: files, certificate: /c, key: ${JSON.stringify(path)} } }`,
    'ssl_certificate_key',
    '',
  ],
  ['the secrets', path => `secrets: ${JSON.stringify(path)}`, 'ssl_certificate', ''],
  ['a socket of the gateway', path => `listen: [{ unix: ${JSON.stringify(path)} }]`, 'server', 'unix:'],
  [
    'the socket of an app',
    path =>
      `oidc_apps: { wiki: { kind: custom, url: "https://wiki.example.com", client: { redirect_uris: "https://wiki.example.com/c" }, upstream: ${JSON.stringify(`unix:${path}`)} } }`,
    'server',
    'unix:',
  ],
  [
    'the authority of an app',
    path =>
      `oidc_apps: { wiki: { kind: custom, url: "https://wiki.example.com", client: { redirect_uris: "https://wiki.example.com/c" }, upstream: "https://w:1", upstream_tls: { ca: ${JSON.stringify(path)} } } }`,
    'proxy_ssl_trusted_certificate',
    '',
  ],
]

const house = (test: Parameters<typeof houseOf>[0], more: string): House =>
  houseOf(
    test,
    `domain: example.com\nauthelia: { url: "http://127.0.0.1:9091" }\napps: { cam: { upstream: "http://127.0.0.1:1" } }\n${more}\n`,
  )

const parsed = (of: House): Directive[] => nginxFiles(of).flatMap(({ content }) => directives(content))

/** The directives without their words: how many words each has, and what stands in it. */
const shape = (list: readonly Directive[]): unknown[] =>
  list.map(({ words, inner }) => [words[0], words.length, inner && shape(inner)])

t.test('no path breaks out of its directive', async t => {
  for (const [what, yml, directive, prefix] of PLACES) {
    const plain = shape(parsed(house(t, yml('/plain'))))
    for (const path of BREAKERS) {
      const found = parsed(house(t, yml(path)))
      t.strictSame(shape(found), plain, `${what}: ${path}`)
      const words = all(found, directive).map(([first = '']) => first)
      const wanted = what === 'the secrets' ? join(path, 'certificates/site.pem') : `${prefix}${path}`
      t.ok(words.includes(wanted), `${what}: ${path} is read as it was written`)
    }
  }
})

t.test('what NGINX would take for a variable, and control characters, are refused', async t => {
  // A socket with a line break is refused when the file is read; all else by rendering.
  for (const [what, yml] of PLACES)
    for (const path of IMPOSSIBLE)
      t.throws(
        () => nginxFiles(house(t, yml(path))),
        /NGINX cannot be told|is not a URL/,
        `${what}: ${JSON.stringify(path)}`,
      )
})

t.test('where the tree stands may have any name, too', async t => {
  const plain = shape(parsed({ ...house(t, ''), current: '/etc/gatehouse/house/current' }))
  for (const path of BREAKERS) t.strictSame(shape(parsed({ ...house(t, ''), current: path })), plain, path)
  t.equal(includeWord('/a*/[b]?'), '/a[*]/[[]b][?]', 'a pattern that fits that name alone')
})

t.test('what needs no quotes has none', async t => {
  t.equal(
    word('/etc/gatehouse/secrets/certificates/site.pem', ''),
    '/etc/gatehouse/secrets/certificates/site.pem',
  )
})
