import { readFileSync, writeFileSync } from 'node:fs'
import t from 'tap'
import { openGateway } from '../support/gateway.ts'
import { browserIn, logIn, openHouse } from '../support/house.ts'
import { recordingUpstream } from '../support/upstream.ts'

t.test('everybody stays signed in over a reload, and new rules hold at once', async t => {
  const app = await recordingUpstream(t)
  const house = await openHouse(t, { apps: `  app: { upstream: '${app.origin}' }\n` })
  const { gatehouse } = await openGateway(t, house)
  const bob = browserIn(t, house)
  t.match(await logIn(bob, house, 'bob', house.at('app')), { status: 200 })
  const change = async (from: string, to: string) => {
    writeFileSync(house.file, readFileSync(house.file, 'utf8').replace(from, to))
    t.equal(await gatehouse.reload(), true)
  }

  await change('  app:', `  two: { upstream: '${app.origin}' }\n  app:`)
  t.match(await bob.go(house.at('app', '/after')), { status: 200 }, 'the rules of the portal changed')
  t.match(await bob.go(house.at('two')), { status: 200 }, 'the new app knows him')

  await change('totp: totp.json', 'totp: totp.json\n  inactivity: 3m')
  t.match(await bob.go(house.at('app')), { status: 200 }, 'the settings of the portal changed')

  await change('  two: {', `  two: { policy: deny,`)
  t.match(await bob.go(house.at('two')), { status: 403 })
  t.match(await bob.go(house.at('app')), { status: 200 })
})
