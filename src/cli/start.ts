/** Starting the gateway, for serve and the demo alike. */
import type { Reading } from '../config/read.ts'
import { realRooms } from '../server/real-rooms.ts'
import { type Gatehouse, openGatehouse } from '../server.ts'
import type { Log } from '../types.ts'
import type { World } from './command.ts'

/** @throws StartFault, and for a configuration that has faults RangeError: whoever reads it says them first */
export function start(read: () => Reading, reading: Reading, log: Log, world: World): Promise<Gatehouse> {
  if (!reading.config) throw new RangeError('a configuration with faults cannot be started')
  return openGatehouse(reading.config, reading.files, {
    log,
    clock: world.clock,
    rooms: realRooms,
    read,
  })
}
