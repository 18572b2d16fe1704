import t from 'tap'
import { FRAME, FrameCounter, makeFrame } from '../../bench/lib/frames.ts'

const frames = (...numbers: number[]): Buffer =>
  Buffer.concat(numbers.map(number => makeFrame(number, 1000 + number)))

t.test('every frame is of one length', async t => {
  for (const number of [0, 9_999_999]) t.equal(makeFrame(number, 123_456_789.5).length, FRAME)
})

t.test('frames are counted whatever pieces they come in, and each one tells how late it is', async t => {
  const bytes = frames(7, 8, 9)
  for (const size of [1, 3, 100, FRAME - 1, FRAME, FRAME + 1, bytes.length]) {
    const late: number[] = []
    const counter = new FrameCounter(milliseconds => late.push(milliseconds))
    for (let from = 0; from < bytes.length; from += size)
      counter.take(bytes.subarray(from, from + size), 1010)
    t.equal(counter.received, 3, `pieces of ${size}`)
    t.equal(counter.lost, 0)
    t.strictSame(late, [3, 2, 1])
  }
})

t.test('a number that is missing is a frame lost', async t => {
  const counter = new FrameCounter(() => {})
  counter.take(frames(3, 4, 7, 8, 10), 0)
  t.equal(counter.received, 5)
  t.equal(counter.lost, 3)
})

t.test("bytes that are not the camera's are a fault, not a frame", async t => {
  const counter = new FrameCounter(() => {})
  t.throws(() => counter.take(Buffer.alloc(FRAME), 0), /not a frame/)
})
