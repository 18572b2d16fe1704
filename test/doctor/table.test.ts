import t from 'tap'
import { CHECKS } from '../../src/doctor/table.ts'
import { files, read } from '../house/files.ts'

const ids = CHECKS.map(({ id }) => id)

t.test('the document names every check, in the order of the table', async t => {
  const headings = [...read('docs/house/doctor.md').matchAll(/^### (.+)$/gm)].map(([, name]) => name)
  t.strictSame(headings, ids)
})

t.test('each check has a name of its own, which --only can take', async t => {
  t.equal(new Set(ids).size, ids.length)
  for (const id of ids) t.match(id, /^[a-z]+(-[a-z]+)*$/)
})

t.test('a finding that sends the reader to another check names one that is there', async t => {
  const sent = files(/^src\/doctor\/checks\//).flatMap(file =>
    [...read(file).matchAll(/: see ([a-z-]+)(?: (?:or|and) ([a-z-]+))?[.`']/g)].flatMap(([, one, two]) =>
      [one, two].filter(name => name !== undefined),
    ),
  )
  t.ok(sent.length > 10)
  t.strictSame(
    sent.filter(name => !ids.includes(name)),
    [],
  )
})
