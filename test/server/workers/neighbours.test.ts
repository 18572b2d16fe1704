import t from 'tap'
import type { Config } from '../../../src/config/model.ts'
import type { News } from '../../../src/server/workers/messages.ts'
import { Neighbours } from '../../../src/server/workers/neighbours.ts'
import { openRig } from '../../door/streams/rig.ts'

const configOf = (counts_as_activity: boolean, inactivity = 300_000) =>
  ({
    apps: [{ streams: { recheck: 5_000, counts_as_activity } }],
    session: { inactivity },
  }) as unknown as Config

function rig(config = configOf(false)) {
  const told: News[] = []
  const times: { used: number } = { used: 0 }
  let now = 1_000
  const spread = async (news: News) => {
    told.push(news)
    return { all: true, ...times }
  }
  const neighbours = new Neighbours(spread, () => now)
  neighbours.takeOver(config)
  const pass = (ms: number) => {
    now += ms
  }
  return { neighbours, told, times, pass, takeOver: (next: Config) => neighbours.takeOver(next) }
}

t.test('the last use of a session is remembered for as long as it may lie idle', async t => {
  const { neighbours, pass, takeOver } = rig()
  neighbours.used('s1')
  pass(1_000)
  neighbours.used('s1')
  neighbours.used('no session id')
  t.equal(neighbours.usedHere('s1'), 2_000)
  t.equal(neighbours.usedHere('s2'), 0)
  t.equal(neighbours.usedHere('no session id'), 0)
  pass(299_000)
  neighbours.used('s2')
  t.equal(neighbours.usedHere('s1'), 2_000)
  takeOver(configOf(false))
  t.equal(neighbours.usedHere('s1'), 2_000, 'over a reload, too')
  for (const session of ['s3', 's4']) {
    pass(400_000)
    neighbours.used(session)
  }
  t.equal(neighbours.usedHere('s1'), 0, 'but not for ever')
})

t.test('nothing is remembered where nobody would ask', async t => {
  const { neighbours, takeOver } = rig(configOf(true))
  neighbours.used('s1')
  t.equal(neighbours.usedHere('s1'), 0)
  takeOver(configOf(false))
  neighbours.used('s1')
  t.equal(neighbours.usedHere('s1'), 1_000)
})

t.test('others are asked, and told who follows whom', async t => {
  const { neighbours, told, times } = rig()
  times.used = 77
  t.equal(await neighbours.lastUsed('s1'), 77)
  neighbours.follows('s1', 's2')
  neighbours.follows('s1', '')
  t.strictSame(told, [
    { kind: 'used', session: 's1' },
    { kind: 'follows', session: 's1', heir: 's2' },
  ])
})

t.test('a stream lives on with the id that another worker saw take the place of its own', async t => {
  const { streams, time, open, verdicts, states } = openRig()
  const { client } = await open()
  await time.pass(1_000)
  const alice = verdicts.alice
  verdicts.alice = { kind: 'login', cookies: [] }
  if (alice) verdicts.newer = alice
  states.newer = { user: 'alice', level: 2 }
  streams.followed('alice', 'newer')
  await time.pass(20_000)
  t.equal(client.cut, false)
})
