/** Reads a configuration with everything that it names, as `check`, `serve` and a reload all do. */
import { machine } from '../config/host.ts'
import { type Reading, readConfig } from '../config/read.ts'
import type { Clock } from '../types.ts'
import { inspectors } from './inspect.ts'

/**
 * @param file as the person named it, relative to `cwd` or absolute
 * @param secrets where they are for this process, absolute, whatever the file says
 */
export function readEverything(file: string, cwd: string, clock: Clock, secrets?: string): Reading {
  return readConfig(file, { ...machine(cwd, clock), secrets }, inspectors)
}
