import t from 'tap'
import { openQueue } from '../../../src/portal/digest/queue.ts'

t.test('never more at once than said, in order, and the rest turned away', async t => {
  const queue = openQueue(2, 3, 9)
  let running = 0
  let most = 0
  const order: number[] = []
  const doors: (() => void)[] = []
  const work = (n: number) => async () => {
    most = Math.max(most, ++running)
    order.push(n)
    await new Promise<void>(resolve => doors.push(resolve))
    running--
    return n
  }
  const all = [1, 2, 3, 4, 5].map(n => queue.run(work(n), 'a'))
  await t.rejects(queue.run(work(6), 'a'), { name: 'BusyError' }, 'two run and three wait')
  for (let i = 0; i < 5; i++) {
    doors.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  t.same(await Promise.all(all), [1, 2, 3, 4, 5])
  t.same(order, [1, 2, 3, 4, 5])
  t.equal(most, 2)
})

t.test('work that fails gives its place back', async t => {
  const queue = openQueue(1, 0, 1)
  await t.rejects(
    queue.run(() => Promise.reject(new Error('no')), 'a'),
    /no/,
  )
  t.equal(await queue.run(async () => 'yes', 'a'), 'yes')
})

t.test('few places are for one alone, and they are free again afterwards', async t => {
  const queue = openQueue(1, 10, 2)
  const doors: (() => void)[] = []
  const work = () => new Promise<void>(resolve => doors.push(resolve))
  const all = [queue.run(work, 'a'), queue.run(work, 'a')]
  await t.rejects(queue.run(work, 'a'), { name: 'BusyError' })
  all.push(queue.run(work, 'b'))
  for (let i = 0; i < 3; i++) {
    doors.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  await Promise.all(all)
  t.equal(await queue.run(async () => 'yes', 'a'), 'yes')
})
