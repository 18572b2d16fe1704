import process from 'node:process'
import t from 'tap'
import { startChild } from '../../../src/server/workers/child.ts'
import { keepingLog } from '../stand-in.ts'

t.test('what a worker answers, and what it means when it does not', async t => {
  const { log, lines } = keepingLog()
  const child = startChild(1, { log, spread: async () => [] })
  t.teardown(() => child.kill())
  await child.up

  const begun = child.ask({ kind: 'begin', worker: 1, secret: new Uint8Array(32) }, 100)
  const end = performance.now() + 600
  while (performance.now() < end);
  t.strictSame(await begun, { cut: false, used: 0 }, 'it had answered, it was we who were held up')

  await t.rejects(child.ask({ kind: 'commit' }, 20_000), {
    name: 'StartFault',
    message: /nothing was prepared/,
  })
  t.match(await child.ask({ kind: 'used', session: 's1' }, 20_000), { used: 0 })

  process.kill(child.pid, 'SIGSTOP')
  t.equal(await child.ask({ kind: 'forget', session: 's1' }, 100), 'gone')
  t.match(lines, [
    { level: 'warn', message: 'a worker does not answer and is killed', fields: { worker: 1 } },
  ])
  t.match(await child.gone, { signal: 'SIGKILL' })
  t.equal(await child.ask({ kind: 'forget', session: 's1' }, 100), 'gone', 'nobody waits for the dead')
})
