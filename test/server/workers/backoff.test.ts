import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { backoff } from '../../../src/server/workers/backoff.ts'
import { workersOf } from '../../../src/server/workers/count.ts'

t.test('a worker is replaced at once, and ever later when it dies again at once', async t => {
  const delays = backoff()
  const starts: number[] = []
  const begun = performance.now()
  const death = (lived: number) =>
    new Promise<void>(resolve =>
      delays.after(1, lived, () => {
        starts.push(Math.round((performance.now() - begun) / 500))
        resolve()
      }),
    )
  await death(0)
  await death(100)
  await death(20_000)
  t.strictSame(starts, [0, 1, 1], 'one that lived for long is forgiven')
})

t.test('nobody is started any more once it is cleared', async t => {
  const delays = backoff()
  delays.after(1, 0, () => t.fail('started'))
  delays.clear()
  await wait(20)
})

t.test('auto is one for each core', async t => {
  t.equal(workersOf({ workers: 'auto' }, 6), 6)
  t.equal(workersOf({ workers: 3 }, 6), 3)
})
