import { randomBytes } from 'node:crypto'
import t from 'tap'
import { randomText } from '../../../src/deploy/secrets/text.ts'

t.test('64 letters and digits, of which none is likelier', async t => {
  t.match(randomText(randomBytes), /^[A-Za-z0-9]{64}$/)
  // Every byte once: 248 of them count, four for each character.
  let next = 0
  const text = randomText(size => Uint8Array.from({ length: size }, () => next++ % 256), 248)
  const counts = new Map<string, number>()
  for (const character of text) counts.set(character, (counts.get(character) ?? 0) + 1)
  t.strictSame([...new Set(counts.values())], [4])
  t.equal(counts.size, 62)
})
