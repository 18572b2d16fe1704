/** How many processes a configuration asks for. */
import { availableParallelism } from 'node:os'
import type { Config } from '../../config/model.ts'

/** `auto`: one for each core that this process may use. */
export function workersOf({ workers }: Pick<Config, 'workers'>, cores = availableParallelism()): number {
  return workers === 'auto' ? cores : workers
}
