import t from 'tap'
import { median, percentile, range, rotated } from '../../bench/lib/stats.ts'

t.test('the median is the middle, or the mean of the two in the middle', async t => {
  t.equal(median([3, 1, 2]), 2)
  t.equal(median([4, 1, 3, 2]), 2.5)
  t.equal(median([7]), 7)
  t.throws(() => median([]), RangeError)
})

t.test('a percentile is a value that was seen', async t => {
  const values = Array.from({ length: 100 }, (_, n) => 100 - n)
  t.equal(percentile(values, 0.5), 50)
  t.equal(percentile(values, 0.99), 99)
  t.equal(percentile(values, 1), 100)
  t.equal(percentile([5], 0.01), 5)
  t.throws(() => percentile([], 0.5), RangeError)
})

t.test('the range is the least and the greatest', async t => {
  t.strictSame(range([2, 9, 1]), [1, 9])
  t.throws(() => range([]), RangeError)
})

t.test('every round has everyone once, and each time another one first', async t => {
  t.strictSame(rotated(['a', 'b', 'c'], 0), ['a', 'b', 'c'])
  t.strictSame(rotated(['a', 'b', 'c'], 1), ['b', 'c', 'a'])
  t.strictSame(rotated(['a', 'b', 'c'], 5), ['c', 'a', 'b'])
  t.strictSame(rotated([], 3), [])
})
