/** Every recorded exchange is answered as Authelia answered it, but for the exceptions, each of which is used. */
import t from 'tap'
import { differences } from './compare.ts'
import { EXCEPTIONS, type Exception } from './exceptions.ts'
import { exchanges, GROUPS } from './exchange.ts'
import { replay } from './replay.ts'
import { openSubject, realSubject } from './subject.ts'

const RECORDED_AT = Date.parse('2026-11-24T05:48:00Z')
const url = process.env.AUTHELIA_URL
/** Need another configuration, the users file or alice's device: out of reach at a real Authelia. */
const OURS_ONLY = ['misc', 'totp', 'logout', 'refresh', 'expiry']

// Each wrong Basic takes a real one two seconds, and a ban has to pass.
if (url !== undefined) t.setTimeout(600_000)

const used = new Set<Exception>()

for (const group of GROUPS) {
  const skip = url !== undefined && OURS_ONLY.includes(group) && 'needs more than an address'
  t.test(group, { skip }, async t => {
    const subject = url === undefined ? await openSubject(t.testdir(), group) : realSubject(url)
    t.teardown(() => subject.close())
    const rows = exchanges(group)
    let played = 0
    await replay(subject, group, rows, (row, result) => {
      played++
      const found = differences(row, RECORDED_AT, result)
      const exception = EXCEPTIONS.find(({ name }) => name === row.name)
      if (exception === undefined || url !== undefined) {
        t.strictSame(found, [], row.name)
        return
      }
      const differs = found.map(text => text.slice(0, text.indexOf(':')))
      if (differs.length > 0) used.add(exception)
      t.ok(differs.length > 0, `${row.name}: an exception that is needed`)
      t.strictSame(differs, exception.differs, `${row.name}: ${exception.reason}`)
    })
    t.equal(played, rows.length)
  })
}

t.test('every exception is used', { skip: url !== undefined && 'exceptions are of the portal' }, async t => {
  t.strictSame(
    EXCEPTIONS.filter(exception => !used.has(exception)).map(({ name }) => name),
    [],
  )
})
