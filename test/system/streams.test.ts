/** Live streams end with the session: real ones, through the gateway as it is served. */
import { join } from 'node:path'
import t from 'tap'
import { logIn } from '../support/house.ts'
import { watch } from '../support/live.ts'
import { all, cutWithin, endAtPortal, goOn, openHome, post, RECHECK, replace, SLACK } from './streams-home.ts'

t.test('every kind of stream, every kind of end', { timeout: 120_000 }, async t => {
  const home = await openHome(t)
  const { app, house, alice, bob, gatehouse, log } = home
  const bobs = await all(t, house, bob)

  for (const [app, path] of [
    ['live', '/.gatehouse/sign-out'],
    ['auth', '/logout'],
  ] as const) {
    await t.test(`sign-out at ${app}${path}: at once, and the app is let go`, async t => {
      const mine = await all(t, house, alice)
      await home.app.until(bobs.length + mine.length)
      const from = performance.now()
      t.ok((await post(house, alice, app, path)).status < 400)
      await cutWithin(t, mine, 300, from)
      await home.app.until(bobs.length)
      t.ok(performance.now() - from < 1_000 + SLACK)
      await goOn(t, bobs)
      await logIn(alice, house, 'alice', house.at('live'))
    })
  }

  await t.test('the session ends at the portal itself: within an interval and a second', async t => {
    const mine = await all(t, house, alice)
    const quiet = await all(t, house, alice, { app: 'quiet' })
    await new Promise(resolve => setTimeout(resolve, 700))
    const from = performance.now()
    t.equal(await endAtPortal(home.portal(), house, alice), 200)
    await cutWithin(t, [...mine, ...quiet], RECHECK + 1_000, from)
    await app.until(bobs.length)
    await goOn(t, bobs)
    await logIn(alice, house, 'alice', house.at('live'))
  })

  await t.test('a group is taken away, by whoever edits the users', async t => {
    const mine = [...(await all(t, house, alice)), ...(await all(t, house, alice, { app: 'family' }))]
    const from = performance.now()
    replace(join(house.folder, 'users_database.yml'), text =>
      text.replace(/(alice:[\s\S]*?groups: )\[[^\]]*\]/, '$1[admins]'),
    )
    await cutWithin(t, mine, RECHECK + 1_000, from)
    await goOn(t, bobs)
    t.match(await watch(t, house, alice, 'camera'), { kind: 'camera' }, 'she may come again')
  })

  await t.test('a reload cuts what a rule forbids now, and nothing else', async t => {
    const mine = await all(t, house, alice)
    replace(house.file, text =>
      text.replace(
        /(live: .*)policy: one_factor/,
        "$1policy: deny, rules: [{ subject: 'user:bob', policy: one_factor }]",
      ),
    )
    t.equal(await gatehouse.reload(), true)
    await cutWithin(t, mine, 1_000)
    await goOn(t, bobs)
    const lines = log.filter(({ fields }) => fields.why === 'reload')
    t.match(lines[0], { fields: { user: 'alice', app: 'live' } })
    t.equal(
      lines.reduce((sum, { fields }) => sum + Number(fields.streams), 0),
      mine.length,
    )
  })

  await t.test('a stop waits two seconds for them, and no thirty', async t => {
    const from = performance.now()
    const stopped = gatehouse.stop(30_000)
    await cutWithin(t, bobs, 2_000, from)
    await stopped
    t.ok(performance.now() - from > 1_900 && performance.now() - from < 5_000)
  })
})
