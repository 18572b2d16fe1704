/** Where a service finds its secrets and keeps what it writes, when whoever runs it says so. */
import { basename, join, resolve } from 'node:path'
import type { Reading } from '../config/read.ts'
import type { Call } from './command.ts'
import { readConfiguration } from './config-file.ts'

/** The configuration with `--secrets` and `--state` in the place of what it says itself. */
export function readPlaced(file: string, { given, world }: Call): Reading {
  const at = (folder: string): string => resolve(world.cwd, folder)
  const reading = readConfiguration(file, world, given.secrets && at(given.secrets))
  const portal = reading.config?.portal
  if (reading.config === undefined || portal === undefined || given.state === undefined) return reading
  const totp = join(at(given.state), basename(portal.totp))
  return { ...reading, config: { ...reading.config, portal: { ...portal, totp } } }
}
