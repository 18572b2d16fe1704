/** Where a service finds its secrets and keeps what it writes, when whoever runs it says so. */
import { basename, join, resolve } from 'node:path'
import type { Reading } from '../config/read.ts'
import type { Call } from './command.ts'

/** The configuration with `--secrets` and `--state` in the place of what it says itself. */
export function placed(reading: Reading, { given, world }: Call): Reading {
  const { config } = reading
  if (config === undefined) return reading
  const { secrets, state } = given
  const { portal } = config
  return {
    ...reading,
    config: {
      ...config,
      ...(secrets === undefined ? {} : { secrets: resolve(world.cwd, secrets) }),
      ...(portal === undefined || state === undefined
        ? {}
        : { portal: { ...portal, totp: join(resolve(world.cwd, state), basename(portal.totp)) } }),
    },
  }
}
