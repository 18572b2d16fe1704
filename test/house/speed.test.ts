import { existsSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { newest, section } from '../../bench/lib/keep.ts'
import { plot } from '../../bench/lib/plot.ts'
import { ROOT, read } from './files.ts'

t.test('README shows the newest run of the bench, and figures from nowhere else', async t => {
  const text = read('README.md')
  const found = newest(ROOT)
  if (found === undefined) return t.notMatch(text, /<!-- bench:|## Speed/)
  t.ok(text.includes(section(found.report, found.name)), `${found.name}.json: node bench/readme.ts writes it`)
  t.ok(existsSync(join(ROOT, `${found.name}.svg`)))
  t.equal(read(`${found.name}.svg`), plot(found.report))
})
