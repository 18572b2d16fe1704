import t from 'tap'
import { without } from '../support/programs.ts'
import { goldenReport } from './golden.ts'
import { openHome, troubles, visit } from './house.ts'

t.test('a healthy house', { skip: without('nginx') }, async t => {
  const home = await openHome(t)
  const report = await visit(t, home)
  t.strictSame(troubles(report), [])
  goldenReport(t, 'healthy', home, report, true)
})
