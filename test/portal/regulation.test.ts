import t from 'tap'
import { openRegulator, type Regulator } from '../../src/portal/regulation.ts'

const RULES = { max_retries: 3, find_time: 1000, ban_time: 5000 }

async function fail(regulator: Regulator, key: string, times = 1): Promise<void> {
  for (let i = 0; i < times; i++) (await regulator.enter(key))?.failed()
}

t.test('three failures within find_time ban for ban_time, and no longer', async t => {
  let now = 0
  const regulator = openRegulator(
    () => now,
    () => RULES,
  )
  await fail(regulator, 'a', 2)
  t.notOk(regulator.banned('a'))
  await fail(regulator, 'a')
  t.ok(regulator.banned('a'))
  t.notOk(regulator.banned('b'), 'another key is not')
  now = 4999
  t.equal(await regulator.enter('a'), undefined)
  now = 5000
  t.notOk(regulator.banned('a'))
  t.ok(await regulator.enter('a'))
})

t.test('failures are forgotten after find_time, and by a success', async t => {
  let now = 0
  const regulator = openRegulator(
    () => now,
    () => RULES,
  )
  await fail(regulator, 'a', 2)
  now = 1000
  await fail(regulator, 'a', 2)
  t.notOk(regulator.banned('a'))
  ;(await regulator.enter('a'))?.succeeded()
  await fail(regulator, 'a', 2)
  t.notOk(regulator.banned('a'))
})

t.test('attempts that are dropped do not count; max_retries 0 turns bans off', async t => {
  const regulator = openRegulator(
    () => 0,
    () => RULES,
  )
  for (let i = 0; i < 10; i++) (await regulator.enter('a'))?.dropped()
  t.notOk(regulator.banned('a'))
  t.equal(regulator.size, 0)
  const off = openRegulator(
    () => 0,
    () => ({ ...RULES, max_retries: 0 }),
  )
  await fail(off, 'a', 100)
  t.notOk(off.banned('a'))
})

t.test('many at once cannot dodge the count', async t => {
  const regulator = openRegulator(
    () => 0,
    () => RULES,
  )
  let checked = 0
  const attempts = Array.from({ length: 15 }, async () => {
    const attempt = await regulator.enter('a')
    if (attempt === undefined) return
    checked++
    await new Promise(resolve => setImmediate(resolve))
    attempt.failed()
  })
  await Promise.all(attempts)
  t.equal(checked, 3)
  t.ok(regulator.banned('a'))
})

t.test('many at once with the right password all get in', async t => {
  const regulator = openRegulator(
    () => 0,
    () => RULES,
  )
  const done = await Promise.all(
    Array.from({ length: 15 }, async () => {
      const attempt = await regulator.enter('a')
      await new Promise(resolve => setImmediate(resolve))
      attempt?.succeeded()
      return attempt !== undefined
    }),
  )
  t.strictSame(new Set(done), new Set([true]))
  t.equal(regulator.size, 0, 'nothing is kept')
})

t.test('memory is bounded, and filling it lifts no ban', async t => {
  const regulator = openRegulator(
    () => 0,
    () => RULES,
    100,
  )
  await fail(regulator, 'victim', 3)
  for (let i = 0; i < 1000; i++) await fail(regulator, `name${i}`)
  t.ok(regulator.size <= 100)
  t.ok(regulator.banned('victim'))
  for (let i = 0; i < 200; i++) await fail(regulator, `banned${i}`, 3)
  t.ok(regulator.size <= 100)
  t.ok(regulator.banned('victim'))
  t.equal(await regulator.enter('one more'), undefined, 'what cannot be counted is not let through')
})
