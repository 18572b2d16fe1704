/** The real outside. */
import type { Clock } from '../types.ts'
import { machineOutside } from './outside/machine.ts'
import { networkOutside } from './outside/network.ts'
import type { Outside } from './outside.ts'

/** Each look's time, in milliseconds: an app that takes longer than this to answer is one to mend. */
const PATIENCE = 5000

/** @param uid the user that the doctor runs as */
export function realOutside(clock: Clock, uid: number, patience = PATIENCE): Outside {
  return { clock, uid, patience, ...machineOutside(patience), ...networkOutside(patience) }
}
