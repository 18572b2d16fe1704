import t from 'tap'
import { openQueue } from '../../../src/portal/digest/queue.ts'

t.test('never more at once than said, in order, and the rest turned away', async t => {
  const queue = openQueue(2, 3)
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
  const all = [1, 2, 3, 4, 5].map(n => queue.run(work(n)))
  await t.rejects(queue.run(work(6)), { name: 'BusyError' }, 'two run and three wait')
  for (let i = 0; i < 5; i++) {
    doors.shift()?.()
    await new Promise(resolve => setImmediate(resolve))
  }
  t.same(await Promise.all(all), [1, 2, 3, 4, 5])
  t.same(order, [1, 2, 3, 4, 5])
  t.equal(most, 2)
})

t.test('work that fails gives its place back', async t => {
  const queue = openQueue(1, 0)
  await t.rejects(
    queue.run(() => Promise.reject(new Error('no'))),
    /no/,
  )
  t.equal(await queue.run(async () => 'yes'), 'yes')
})
