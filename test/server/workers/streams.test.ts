import { setTimeout as wait } from 'node:timers/promises'
import t from 'tap'
import { camera, openCrewHome, two } from './crew-home.ts'

t.test('a stream in one worker ends with a sign-out in another', async t => {
  const { connections, cookieOf, head, house, logged } = await openCrewHome(t, { app: camera })
  const cookie = await cookieOf('bob')
  const { watching, other } = two(await connections())
  watching.write(head('GET /camera', 'app', cookie))
  while (!watching.rest().includes('--frame')) await wait(5)
  other.write(
    head('POST /.gatehouse/sign-out', 'app', cookie, [
      ['Origin', house.at('app').origin],
      ['Content-Length', '0'],
    ]),
  )
  t.match(await other.answer(), { status: 303 })
  await watching.closed
  t.match(await logged('cut a stream', ({ why }) => why === 'signed out'), { worker: 1, streams: 1 })
})
