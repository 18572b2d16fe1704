/** Where a worker process begins; `gatehouse serve` starts it, nobody else. */
import { enableCompileCache, flushCompileCache } from 'node:module'
import process from 'node:process'

const send = process.send?.bind(process)
if (send === undefined) {
  process.stderr.write('This file is a part of "gatehouse serve".\n')
  process.exit(2)
}
// Before the rest is read, so that a worker starts as fast as the first process did.
const cache = process.argv[2]
if (cache) enableCompileCache(cache)
// It may never end in order, and then node would keep nothing.
if (cache) setTimeout(flushCompileCache, 3_000).unref()
const { work } = await import('./work.ts')

// Ctrl-C reaches the whole group, and systemd signals every process: the first one says when to end.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => {})
// The first process is gone, however that came about.
process.on('disconnect', () => process.exit(1))
work({
  clock: Date.now,
  // Where the channel is closed, `disconnect` has the last word.
  send: message => void send(message, undefined, {}, () => {}),
  listen: hear => void process.on('message', hear),
  exit: () => process.exit(0),
})
