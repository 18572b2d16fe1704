import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { camera, openCrewHome, two } from '../server/workers/crew-home.ts'

t.test('a session that is used in one worker is not idle for a stream in another', async t => {
  const { connections, cookieOf, head, ask, logged } = await openCrewHome(t, {
    app: camera,
    portal: '  inactivity: 10s\n',
    streams: '{ recheck: 1s, counts_as_activity: false }',
  })
  const cookie = await cookieOf('bob')
  const { watching, other } = two(await connections())
  watching.write(head('GET /camera', 'app', cookie))
  let open = true
  void watching.closed.then(() => {
    open = false
  })
  for (let n = 0; n < 24; n++) {
    t.equal(await ask(other, cookie), 200)
    await wait(500)
  }
  t.ok(open, 'longer than a session may lie idle')
  await watching.closed
  t.ok(await logged('cut a stream', ({ worker }) => worker === 1))
})
