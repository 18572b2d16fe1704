/** Which configuration a command means, and reading it. */
import { existsSync } from 'node:fs'
import { resolve } from 'node:path'
import { formatFaults } from '../config/format.ts'
import { machine } from '../config/host.ts'
import { defaultPaths, type Reading, readConfigAlone } from '../config/read.ts'
import { readEverything } from '../server/reading.ts'
import type { Call, World } from './command.ts'
import { coloured } from './terminal.ts'

/** `--config`, else the first of the usual places where there is one, else the first of them. */
export function configFile({ given, world }: Call): string {
  const [first = ''] = defaultPaths
  const found = defaultPaths.find(path => existsSync(resolve(world.cwd, path)))
  return given.config ?? found ?? first
}

/** @param secrets where they are for this process, absolute, whatever the file says */
export function readConfiguration(file: string, { cwd, clock }: World, secrets?: string): Reading {
  return readEverything(file, cwd, clock, secrets)
}

/** The same, when the users and secrets that it names may not be there yet: for the commands that make them. */
export function readConfigurationAlone(file: string, { cwd, clock }: World): Reading {
  return readConfigAlone(file, machine(cwd, clock))
}

/** Says what is wrong on stderr, for a command that cannot go on; warnings too. */
export function complain({ faults, warnings }: Reading, { stderr, env }: World): void {
  const colour = coloured(stderr, env)
  const parts = [formatFaults(faults, { colour }), formatFaults(warnings, { colour, kind: 'warning' })]
  stderr.write(parts.filter(part => part !== '').join('\n'))
}
