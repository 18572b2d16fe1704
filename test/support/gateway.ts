/** The gateway in the test's own process: the same rooms as `gatehouse serve`, with a log that can be read. */
import process from 'node:process'
import { readEverything } from '../../src/server/reading.ts'
import { realRooms } from '../../src/server/real-rooms.ts'
import type { Rooms } from '../../src/server/rooms.ts'
import { type Gatehouse, openGatehouse } from '../../src/server.ts'
import type { Clock, Log } from '../../src/types.ts'
import type { House } from './house.ts'

interface Teardown {
  teardown(fn: () => unknown): void
}

/** One line of the log. */
export interface Logged {
  readonly level: 'debug' | 'info' | 'warn' | 'error'
  readonly fields: Readonly<Record<string, unknown>>
  readonly message: string
}

export interface Gateway {
  readonly gatehouse: Gatehouse
  /** The plain listener's port; the TLS one's is the house's tlsPort. */
  readonly plainPort: number
  /** The forward-auth door's port, where the house has one. */
  readonly doorPort: number
  readonly log: Logged[]
}

/** A log that is kept, and nowhere shown. */
export function keptLog(lines: Logged[]): Log {
  const at = (level: Logged['level']) => (fields: object, message: string) =>
    void lines.push({ level, fields: { ...fields }, message })
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

/** Opens it on a house; it stops with the test. @throws Error with the faults of a gatehouse.yml that cannot be used */
export async function openGateway(
  t: Teardown,
  house: House,
  clock: Clock = Date.now,
  rooms: Rooms = realRooms,
): Promise<Gateway> {
  const log: Logged[] = []
  const read = () => readEverything(house.file, process.cwd(), clock)
  const { config, faults, files } = read()
  if (config === undefined)
    throw new Error(faults.map(({ line, message }) => `${line}: ${message}`).join('\n'))
  const gatehouse = await openGatehouse(config, files, { log: keptLog(log), clock, rooms, read })
  t.teardown(() => gatehouse.stop(0))
  const portOf = (door: string): number | undefined =>
    gatehouse.ports[config.listen.findIndex(one => one.door === door && one.address?.port === 0)]
  const plainPort = portOf('proxy')
  if (plainPort === undefined) throw new Error('the house has no plain listener')
  return { gatehouse, plainPort, doorPort: portOf('forward_auth') ?? 0, log }
}
