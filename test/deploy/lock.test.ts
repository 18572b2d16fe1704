import { spawnSync } from 'node:child_process'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import t from 'tap'
import { LockError, withLock } from '../../src/deploy/lock.ts'

t.test('one at a time, in any order', async t => {
  const folder = t.testdir()
  let inside = 0
  let most = 0
  const work = async () => {
    most = Math.max(most, ++inside)
    await new Promise(setImmediate)
    inside--
  }
  await Promise.all(
    Array.from({ length: 20 }, () => withLock(join(folder, 'lock'), work, { wait: 5000, look: 1 })),
  )
  t.equal(most, 1)
  t.strictSame(readdirSync(folder), [], 'nothing is left')
})

t.test('the work of others is waited for, and not for ever', async t => {
  const lock = join(t.testdir(), 'lock')
  writeFileSync(lock, String(process.pid))
  const error = await withLock(lock, async () => {}, { wait: 2, look: 1 }).catch((one: unknown) => one)
  t.type(error, LockError)
  t.match(error, { message: new RegExp(`process ${process.pid}\\) is at work in .*: try again`) })
  t.equal(readFileSync(lock, 'utf8'), String(process.pid), 'it is theirs still')
})

t.test('the lock of one that is gone counts for nothing', async t => {
  const lock = join(t.testdir(), 'lock')
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  for (const left of [String(pid), '', 'what is this', '-1', '0']) {
    writeFileSync(lock, left)
    t.equal(await withLock(lock, async () => 'done'), 'done', left)
  }
})

t.test('the work that fails lets go', async t => {
  const lock = join(t.testdir(), 'lock')
  await t.rejects(
    withLock(lock, async () => {
      throw new Error('no')
    }),
    { message: 'no' },
  )
  t.equal(await withLock(lock, async () => 1), 1)
  await t.rejects(
    withLock('/proc/gatehouse/lock', async () => 1),
    { name: 'LockError', message: /in \/proc\/gatehouse/ },
  )
})
