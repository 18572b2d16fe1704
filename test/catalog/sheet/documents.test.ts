import { readdirSync, readFileSync } from 'node:fs'
import t from 'tap'
import { appDocuments } from '../../../src/catalog/sheet/documents.ts'

const root = new URL('../../../', import.meta.url)
const written = appDocuments()

t.test('docs/apps is what "npm run generate" writes', async t => {
  for (const [path, text] of written) t.equal(readFileSync(new URL(path, root), 'utf8'), text, path)
  const there = readdirSync(new URL('docs/apps/', root)).map(name => `docs/apps/${name}`)
  t.strictSame(
    there.filter(path => !written.has(path)),
    [],
    'and nothing else',
  )
})

t.test('no sheet has a hole in it', async t => {
  for (const [path, text] of written) t.notMatch(text, /undefined|\[object|NaN|\bnull\b(?!,)/, path)
})
