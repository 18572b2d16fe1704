import t from 'tap'
import { htmlSheet } from '../../../src/catalog/sheet/html.ts'
import { markdownSheet } from '../../../src/catalog/sheet/markdown.ts'
import { terminalSheet } from '../../../src/catalog/sheet/terminal.ts'
import { golden, markup } from './golden.ts'
import { evil, full, masked, plain, SECRET, shown, withoutSecret } from './sheets.ts'

const FORMS = { terminal: terminalSheet, markdown: markdownSheet, html: htmlSheet }

t.test('each form as a real file', async t => {
  golden(t, 'custom.txt', terminalSheet(masked()))
  golden(t, 'custom.md', markdownSheet(masked()))
  golden(t, 'custom.html', htmlSheet(masked()))
  golden(t, 'every-part.txt', terminalSheet(full()))
  golden(t, 'every-part.md', markdownSheet(full()))
  golden(t, 'every-part.html', htmlSheet(full()))
})

for (const [form, write] of Object.entries(FORMS)) {
  t.test(`${form}: the secret stands in it only where it was asked for`, async t => {
    t.notMatch(write(masked()), SECRET)
    t.match(write(masked()), 'SECRET-OF-cloud', 'a placeholder that needs no quotes anywhere')
    t.match(write(masked()), 'gatehouse secret show cloud')
    t.match(write(shown()), SECRET)
    t.match(write(shown()), 'in the clear', 'and it says so')
    t.notMatch(write(shown()), 'SECRET-OF-cloud')
    t.notMatch(write(withoutSecret()), /SECRET-OF|secret show|in the clear/, 'a public client has none')
  })
}

t.test('terminal: nothing moves the cursor or turns the text, coloured or not', async t => {
  const control = /[\0-\x08\x0b-\x1a\x1c-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]/
  const bare = terminalSheet(evil())
  t.notMatch(bare, control)
  t.notMatch(bare, '\u001b', 'no colour unless asked for')
  const coloured = terminalSheet(evil(), { colour: true })
  const uncoloured = coloured.replaceAll(/\u001b\[[\d;]+m/g, '')
  t.notMatch(uncoloured, control)
  t.notMatch(uncoloured, '\u001b', 'only colours')
  const words = (text: string): string => text.replaceAll(/[`\s]+/g, '')
  t.equal(words(uncoloured), words(bare), 'colours change no text')
})

t.test('terminal: text is wrapped, code is not', async t => {
  for (const width of [20, 40, 80, 300]) {
    const lines = terminalSheet(full(), { width }).split('\n')
    const prose = lines.filter(line => line.startsWith('   ') && !line.startsWith('    '))
    t.ok(prose.length > 3)
    const room = Math.max(40, Math.min(width, 100))
    t.strictSame(
      prose.filter(line => line.length > room && !/ {2}https?:/.test(line)),
      [],
      `${width}`,
    )
    t.ok(lines.includes("       app --set 'a b'"))
  }
})

t.test('markdown: no text becomes markup', async t => {
  const text = markdownSheet(evil())
  const fences = [...text.matchAll(/^(`{3,})(\w*)$/gm)].map(([, fence = '']) => fence.length)
  t.ok(fences.length === 4 && fences.every(length => length === 4), 'fences are longer than what is within')
  const outside = text
    .replaceAll(/^(`{4})\w*\n[\s\S]*?\n\1$/gm, '')
    .replaceAll(/(?<![\\`])(`+)(?!`)[^\n]*?[^`]\1(?!`)/g, 'CODE')
  t.notMatch(outside, /(?<!\\)<(?!https:)/, 'no HTML')
  t.notMatch(outside, /(?<!\\)\]\(/, 'no link')
})

t.test('html: no element, attribute or address of the text', async t => {
  const page = htmlSheet(evil())
  t.notMatch(page, /<img|<script|href="javascript|[\u202e\u001b]/)
  const elements = markup(page)
  t.notMatch(elements.join(' '), /\b(on\w+|style|src)=/)
  t.match(
    page,
    /<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[^']+'; form-action 'none'; base-uri 'none'">/,
  )
})

t.test('warnings: what does not fit together', async t => {
  const said = (change: Parameters<typeof plain>[0]): string => plain(change).warnings.join('\n')
  t.equal(said({}), '')
  t.match(said({ upstream: 'http://10.0.0.7:5000' }), 'on another machine')
  t.equal(said({ upstream: 'unix:/run/wiki.sock' }), '')
  t.equal(said({ upstream: 'http://[::1]:5000' }), '')
  t.match(said({ policy: 'bypass' }), 'strangers pass')
  t.match(said({ policy: 'deny' }), 'nobody gets in')
  t.equal(said({ policy: 'deny', ruled: true }), '')
  t.match(said({ identity_headers: { 'Remote-Groups': 'groups' } }), 'cannot know who')
})
