import t from 'tap'
import { openGateway } from './gateway.ts'
import { browserIn, logIn, openHouse } from './house.ts'
import { bytes, raw } from './raw.ts'
import { cgiValues, recordingUpstream } from './upstream.ts'

t.test('a gateway in this process: refused, logged in, and told apart from a forger', async t => {
  const app = await recordingUpstream(t)
  const house = await openHouse(t, { apps: `  app: { upstream: '${app.origin}' }\n` })
  const { plainPort, log } = await openGateway(t, house)
  const host = ['Host', `app.gatehouse.localhost:${house.publicPort}`] as const
  const https = ['X-Forwarded-Proto', 'https'] as const
  t.equal((await raw(plainPort, bytes('GET /', [host, https]))).status, 401)
  t.strictSame(app.seen, [])

  const browser = browserIn(t, house)
  const page = await logIn(browser, house, 'bob', house.at('app', '/in?x=1'))
  t.match(page, { status: 200, url: { href: house.at('app', '/in?x=1').href } })

  const cookie = ['Cookie', browser.cookiesFor('app.gatehouse.localhost') ?? ''] as const
  const forged = [
    ['Remote-User', 'root'],
    ['REMOTE_USER', 'root'],
    ['remote.user', 'root'],
    ['Remote-User', ''],
  ] as const
  t.equal((await raw(plainPort, bytes('GET /', [host, https, cookie, ...forged]))).status, 200)
  t.strictSame(cgiValues(app.seen.at(-1)?.rawHeaders ?? [], 'Remote-User'), ['bob'])
  const told = JSON.stringify(log)
  t.match(told, 'bob')
  t.notMatch(told, 'bob-password')
  t.notOk(told.includes(cookie[1].split('=')[1] ?? ''), 'no session in the log')
})

t.test('a house that cannot be used says why', async t => {
  const house = await openHouse(t, { apps: '  app: { upstraem: http://127.0.0.1:1 }\n' })
  await t.rejects(openGateway(t, house), /no key "upstraem"/)
})
