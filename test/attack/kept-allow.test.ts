/**
 * A sibling app's page and a cache of verdicts: what the app's own page was allowed must not be given to a
 * frame, a form or a WebSocket of another's, whatever key the cache in front has.
 */
import t from 'tap'
import { openDoorHome } from '../support/door-home.ts'

t.test('what was judged by where it came from is kept apart, or not at all', async t => {
  const home = await openDoorHome(t, '', '  verdict_ttl: 30s\n')
  const own = home.house.at('app').origin
  for (const { name, ask } of home.dialects) {
    const keptFor = async (method: string, headers: readonly (readonly [string, string])[] = []) => {
      const answer = await ask({ app: 'app', cookie: home.bob, method, headers })
      t.equal(answer.status, 200, `${name} ${method}`)
      const varies = (answer.header('vary') ?? '').toLowerCase().split(', ')
      for (const judged of ['sec-fetch-site', 'sec-fetch-mode', 'sec-fetch-dest', 'sec-websocket-key'])
        t.ok(varies.includes(judged), `${name} ${method}: ${judged}`)
      return Number(answer.header('x-accel-expires'))
    }
    t.ok((await keptFor('GET')) > 0, `${name}: a page`)
    t.equal(await keptFor('POST', [['Origin', own]]), 0, `${name}: a form of its own`)
    const socket = [
      ['Origin', own],
      ['Sec-WebSocket-Key', 'dGhlIHNhbXBsZSBub25jZQ=='],
    ] as const
    t.equal(await keptFor('GET', socket), 0, `${name}: a WebSocket of its own`)
    t.equal(await keptFor('OPTIONS'), 0, `${name}: what only looks harmless`)
  }
})
