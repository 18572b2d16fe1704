import t from 'tap'
import { bypassForAuthelia } from '../../../src/deploy/authelia/bypass-pattern.ts'
import { pattern } from '../../../src/lib/pattern.ts'

/** What Authelia is told for what is written here; undefined: it is not told. */
const TABLE: readonly [ours: string, theirs: string | undefined][] = [
  ['^/public/', '^/public/'],
  ['/public/', '^/public/'],
  ['^/public', '^/public(?:$|[/?])'],
  ['^/public$', '^/public(?:$|\\?)'],
  ['\\A/public\\z', '^/public(?:$|\\?)'],
  ['^/public/.*$', '^/public/[^?\\n]*(?:$|\\?)'],
  ['^/public/.*', '^/public/[^?\\n]*(?:$|\\?)'],
  ['^/public([/?].*)?$', '^/public(?:[/][^?\\n]*)?(?:$|\\?)'],
  ['^/favicon\\.ico$', '^/favicon\\.ico(?:$|\\?)'],
  ['^/static/[^/]+\\.js', '^/static/[^?/]+\\.js(?:$|[/?])'],
  ['^/(api|hook)/', '^/(?:api|hook)/'],
  ['^/\\d{4}/\\D+$', '^/\\d{4}/[^?\\d]+(?:$|\\?)'],
  ['^/a$|^/b$', undefined],
  ['^/a|b$', '^(?:/a|b)(?:$|\\?)'],
  ['^/public/x?', undefined],
  ['^/a.', undefined],
  ['(?i)^/public', undefined],
  ['^/(?P<User>\\w+)/', undefined],
  ['^/x\\?y', undefined],
  ['^/[!-~]+$', undefined],
  ['^(/|/x)', undefined],
  ['\\bpublic', undefined],
]

t.test('what is written, and what Authelia is told', async t => {
  for (const [ours, theirs] of TABLE) t.equal(bypassForAuthelia(ours), theirs, ours)
})

/** A small generator that gives the same every time (Numerical Recipes' LCG). */
function generator(seed: number): (below: number) => number {
  let state = seed
  return below => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0
    return Math.floor((state / 2 ** 32) * below)
  }
}

const PARTS = [
  '/',
  'a',
  'b',
  '.*',
  '[^/]+',
  '[ab]',
  '(a|b)',
  '(/a)?',
  '(a|/b)',
  '/+',
  'a?',
  '\\w*',
  '.',
  '[/?]',
  '(/.*)?',
]
const LETTERS = ['/', '/', 'a', 'b', '.', '-']

t.test('told or not, Authelia opens exactly what Gatehouse opens', async t => {
  const random = generator(7)
  const pick = <T>(from: readonly [T, ...T[]] | readonly T[]): T => from[random(from.length)] as T
  let [told, tried] = [0, 0]
  for (let n = 0; n < 3000; n++) {
    const source = `${pick(['^', '^', ''])}/${Array.from({ length: 1 + random(4) }, () => pick(PARTS)).join('')}${pick(['$', '', ''])}`
    const theirs = bypassForAuthelia(source)
    if (theirs === undefined) continue
    told++
    const [own, other] = [pattern(source), pattern(theirs)]
    for (let m = 0; m < 40; m++) {
      const path = `/${Array.from({ length: random(6) }, () => pick(LETTERS)).join('')}`
      const query = pick(['', '', '?x', '?/a/b', '?a=/b', '??'])
      tried++
      if (own.leads(path) !== other.search(path + query))
        t.equal(other.search(path + query), own.leads(path), `${source} as ${theirs} on ${path}${query}`)
    }
  }
  t.ok(told > 1500, `${told} of 3000 patterns are told`)
  t.ok(tried > 50_000, `${tried} paths`)
})
