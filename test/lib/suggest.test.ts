import t from 'tap'
import { distance, nearest } from '../../src/lib/suggest.ts'

for (const [left, right, edits] of [
  ['', '', 0],
  ['', 'abc', 3],
  ['abc', '', 3],
  ['upstream', 'upstream', 0],
  ['upsteam', 'upstream', 1],
  ['domian', 'domain', 1],
  ['ab', 'ba', 1],
  ['ca', 'abc', 3],
  ['kitten', 'sitting', 3],
] as const) {
  t.equal(distance(left, right), edits, `${left} to ${right}`)
}

const known = ['domain', 'upstream', 'upstream_tls', 'policy', 'verdict_ttl']
for (const [word, meant] of [
  ['domian', 'domain'],
  ['Verdict-TTL', 'verdict_ttl'],
  ['upstreamtls', 'upstream_tls'],
  ['polcy', 'policy'],
  ['colour', undefined],
  ['', undefined],
  ['x'.repeat(10_000), undefined],
] as const) {
  t.equal(nearest(word, known), meant, `${word.slice(0, 20)} is ${meant}`)
}
