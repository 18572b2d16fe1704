/** A webcam went on after logout (authentik#19860, #18063): whatever its viewer does, it is cut. */
import { once } from 'node:events'
import { connect } from 'node:http2'
import { connect as connectTls } from 'node:tls'
import t from 'tap'
import { here } from '../../src/demo/browser.ts'
import { openGateway } from '../support/gateway.ts'
import { browserIn, logIn, openHouse } from '../support/house.ts'
import { liveApp, watch } from '../support/live.ts'
import { bytes } from '../support/raw.ts'

const COOKIE = 'auth.gatehouse.localhost'

async function openHome(test: Pick<typeof t, 'teardown'>) {
  const app = await liveApp(test)
  const streams = 'policy: one_factor, streams: { recheck: 1s }'
  const house = await openHouse(test, {
    apps: `  live: { upstream: '${app.origin}', ${streams} }\n  evil: { upstream: '${app.origin}', ${streams} }\n`,
  })
  const gateway = await openGateway(test, house)
  const bob = browserIn(test, house)
  await logIn(bob, house, 'bob', house.at('live'))
  const signOut = () => {
    const url = house.at('live', '/.gatehouse/sign-out')
    return bob.ask(url, { method: 'POST', form: {}, headers: { origin: url.origin } })
  }
  return { ...gateway, app, house, bob, signOut, cookie: bob.cookiesFor(COOKIE) ?? '' }
}

t.test('viewers that read nothing are cut with the rest, and their app is let go', async t => {
  const { app, house, cookie, signOut } = await openHome(t)
  const url = house.at('live', '/flood')
  const tls = connectTls({ host: '127.0.0.1', port: house.tlsPort, ca: house.ca, servername: url.hostname })
  await once(tls, 'secureConnect')
  tls.on('error', () => {})
  tls.pause()
  tls.write(
    bytes('GET /flood', [
      ['Host', url.host],
      ['Cookie', cookie],
    ]),
  )
  const session = connect(url, { ca: house.ca, lookup: here })
  session.on('error', () => {})
  t.teardown(() => session.destroy())
  const stream = session.request({ ':path': '/flood', cookie })
  stream.on('error', () => {})
  stream.pause()
  await app.until(2)
  await new Promise(resolve => setTimeout(resolve, 1_500))
  t.equal(app.open(), 2, 'they stand still')
  const from = performance.now()
  t.equal((await signOut()).status, 303)
  await app.until(0)
  t.ok(performance.now() - from < 1_500)
  tls.destroy()
})

t.test('who keeps the cookie gets no new stream with it', async t => {
  const { house, bob, cookie, signOut } = await openHome(t)
  const before = await watch(t, house, bob, 'camera')
  t.equal((await signOut()).status, 303)
  await before.ended
  bob.setCookies(cookie, house.domain)
  await t.rejects(watch(t, house, bob, 'camera'), { message: /answered 302/ })
  await t.rejects(watch(t, house, bob, 'WebSocket'))
})

t.test("a sibling app's page cannot end them by a logout that is refused", async t => {
  const { house, bob, log } = await openHome(t)
  const mine = await watch(t, house, bob, 'camera')
  const { origin } = house.at('evil')
  for (const path of ['/logout', '/api/logout']) {
    const headers = { origin, 'sec-fetch-site': 'same-site', 'content-type': 'text/plain' }
    const answer = await bob.ask(house.at('auth', path), { method: 'POST', form: {}, headers })
    t.equal(answer.status, 403, path)
  }
  await new Promise(resolve => setTimeout(resolve, 1_500))
  await mine.more()
  t.notOk(mine.over())
  t.strictSame(
    log.filter(({ fields }) => fields.audit === 'cut'),
    [],
  )
})

t.test("another's stream cannot be held by one's own session", async t => {
  const { house, bob, signOut, app } = await openHome(t)
  const alice = browserIn(t, house)
  await logIn(alice, house, 'alice', house.at('live'))
  const [mine, hers] = [await watch(t, house, bob, 'events'), await watch(t, house, alice, 'events')]
  await signOut()
  await mine.ended
  await hers.more()
  t.notOk(hers.over())
  await app.until(1)
})
