/**
 * The same recordings asked of the forward-auth door, with an Authelia behind it: who changes the port of a
 * snippet keeps every answer, but for the differences of door-exceptions.ts, each of which is used.
 */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import process from 'node:process'
import t from 'tap'
import { readEverything } from '../../src/server/reading.ts'
import { realRooms } from '../../src/server/real-rooms.ts'
import { openGatehouse } from '../../src/server.ts'
import { keptLog } from '../support/gateway.ts'
import { DIFFERENCES } from './door-exceptions.ts'
import { kindOf } from './door-kind.ts'
import { exchanges, FOLDER } from './exchange.ts'
import type { Server } from './raw-client.ts'
import { replay } from './replay.ts'
import { openSubject } from './subject.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

/** Opens the door before an Authelia on that port. */
async function openDoor(t: Teardown, folder: string, port: number): Promise<Server> {
  const file = join(folder, 'gatehouse.yml')
  const text = readFileSync(join(FOLDER, 'gatehouse.yml'), 'utf8')
  writeFileSync(file, text.replace('127.0.0.1:9091', `127.0.0.1:${port}`))
  const read = () => readEverything(file, process.cwd(), Date.now)
  const { config, files } = read()
  if (config === undefined) throw new Error('the configuration of this folder has faults')
  const parts = { log: keptLog([]), clock: Date.now, rooms: realRooms, read }
  const gatehouse = await openGatehouse(config, files, parts)
  t.teardown(() => gatehouse.stop(0))
  return { host: '127.0.0.1', port: gatehouse.ports[0] ?? 0 }
}

const reasons = new Map(
  Object.entries(DIFFERENCES).flatMap(([reason, names]) => [...names].map(name => [name, reason])),
)
const used = new Set<string>()

for (const group of ['forward-auth', 'auth-request', 'ext-authz'] as const) {
  t.test(group, async t => {
    const folder = t.testdir()
    const authelia = await openSubject(folder, group)
    t.teardown(() => authelia.close())
    const asked = await openDoor(t, folder, authelia.server.port)
    await replay({ ...authelia, asked }, group, exchanges(group), (row, { answer }) => {
      const was = kindOf(row.response)
      const is = kindOf(answer)
      const name = `${row.name.slice(row.name.indexOf('/') + 1)}: ${is.kind}`
      const differs = JSON.stringify(is) !== JSON.stringify(was)
      if (differs && reasons.has(name)) used.add(name)
      else t.strictSame(is, was, row.name)
    })
  })
}

t.test('every difference is there', async t => {
  t.strictSame(
    [...reasons.keys()].filter(name => !used.has(name)),
    [],
  )
})
