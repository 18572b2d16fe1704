import t from 'tap'
import type { App, AutheliaConfig, Config, PortalConfig } from '../../src/config/model.ts'
import { after } from '../../src/door/streams/after.ts'
import { Streams } from '../../src/door/streams/streams.ts'
import { closeGeneration, openGeneration, undoGeneration } from '../../src/server/generation.ts'
import type { Rooms } from '../../src/server/rooms.ts'
import type { Sessions } from '../../src/session/sessions.ts'
import { configOf, sayingDoor, silent } from './stand-in.ts'

/** Rooms that write down what happens to them; `fails` names the one that cannot open. */
function rooms(events: string[], fails: { now?: string }) {
  let count = 0
  const open = (name: string) => {
    if (fails.now === name) throw new Error(`no ${name}`)
    const id = `${name} ${++count}`
    events.push(`open ${id}`)
    return { id, close: async () => void events.push(`close ${id}`) }
  }
  const made: Rooms = {
    async openPortal() {
      const { id, close } = open('portal')
      const reload = async ({ file }: Config) => void events.push(`reload ${id} ${file}`)
      return { gateway: 'g', browsers: 'b', reload, close }
    },
    openSessions: () => open('sessions') as unknown as Sessions,
    openStreams: basics => new Streams({ ...basics, after }),
    openDoor: () => ({ ...sayingDoor(), forwardAuth: sayingDoor(), takeOver() {}, ...open('door') }),
  }
  return made
}

const portal = { host: 'auth.example.com', users: '/u' } as PortalConfig
const authelia = { url: 'http://127.0.0.1:9091' } as AutheliaConfig
const config = (file: string, more: Partial<Config>) => configOf(file, [], more)
const basics = { log: silent, clock: Date.now, streams: new Streams({ log: silent, clock: Date.now, after }) }
const app = (name: string) => ({ name }) as App

const cases: [name: string, from: Partial<Config>, to: Partial<Config>, kept: string[], events: string[]][] =
  [
    [
      'the portal lives on, with the verdicts',
      { portal },
      { portal },
      ['portal', 'sessions'],
      ['reload portal 1 b', 'open door 4', 'close door 3'],
    ],
    [
      'apps are the rules of the portal: its verdicts go',
      { portal, apps: [app('one')] },
      { portal, apps: [app('two')] },
      ['portal'],
      ['reload portal 1 b', 'open sessions 4', 'open door 5', 'close door 3', 'close sessions 2'],
    ],
    [
      'verdicts of Authelia stay when apps change',
      { authelia, apps: [app('one')] },
      { authelia, apps: [app('two')] },
      ['sessions'],
      ['open door 3', 'close door 2'],
    ],
    [
      'from the portal to Authelia',
      { portal },
      { authelia },
      [],
      ['open sessions 4', 'open door 5', 'close door 3', 'close sessions 2', 'close portal 1'],
    ],
    [
      'from Authelia to the portal',
      { authelia },
      { portal },
      [],
      ['open portal 3', 'open sessions 4', 'open door 5', 'close door 2', 'close sessions 1'],
    ],
  ]

for (const [name, from, to, kept, expected] of cases) {
  t.test(name, async t => {
    const events: string[] = []
    const made = rooms(events, {})
    const old = await openGeneration(config('a', from), undefined, () => '/x', made, basics)
    events.length = 0
    const next = await openGeneration(config('b', to), old, () => '/x', made, basics)
    await closeGeneration(old, next)
    t.strictSame(events, expected)
    t.equal(next.portal !== undefined && next.portal === old.portal, kept.includes('portal'))
    t.equal(next.sessions === old.sessions, kept.includes('sessions'))
  })
}

t.test('a room that cannot open leaves all as it was', async t => {
  const failures: [fails: string, from: Partial<Config>, to: Partial<Config>, events: string[]][] = [
    ['door', { portal }, { portal }, ['reload portal 1 b', 'reload portal 1 a']],
    [
      'door',
      { authelia },
      { portal },
      ['open portal 3', 'open sessions 4', 'close sessions 4', 'close portal 3'],
    ],
    ['sessions', { authelia }, { portal }, ['open portal 3', 'close portal 3']],
    ['portal', { authelia }, { portal }, []],
    ['door', { authelia }, { authelia }, []],
  ]
  for (const [fail, from, to, expected] of failures) {
    const events: string[] = []
    const fails: { now?: string } = {}
    const made = rooms(events, fails)
    const old = await openGeneration(config('a', from), undefined, () => '/x', made, basics)
    events.length = 0
    fails.now = fail
    await t.rejects(
      openGeneration(config('b', to), old, () => '/x', made, basics),
      { message: `no ${fail}` },
    )
    t.strictSame(events, expected, `${fail}: ${Object.keys(from)} to ${Object.keys(to)}`)
  }
})

t.test('a generation that never came into force', async t => {
  const events: string[] = []
  const made = rooms(events, {})
  const old = await openGeneration(config('a', { portal }), undefined, () => '/x', made, basics)
  const next = await openGeneration(config('b', { portal }), old, () => '/x', made, basics)
  events.length = 0
  await undoGeneration(next, old)
  t.strictSame(events, ['close door 4', 'reload portal 1 a'])
})
