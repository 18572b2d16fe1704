/** A configuration from its text, as the commands that make users and secrets read it. */
import { join } from 'node:path'
import type { Config } from '../../src/config/model.ts'
import { readConfigAlone } from '../../src/config/read.ts'

/** @param folder where gatehouse.yml would stand: paths are relative to it  @throws with the faults, if it has any */
export function configOf(folder: string, text: string): Config {
  const file = join(folder, 'gatehouse.yml')
  const host = { cwd: folder, now: Date.now, readFile: () => new TextEncoder().encode(text) }
  const { config, faults } = readConfigAlone(file, host)
  if (config === undefined) throw new Error(faults.map(fault => `${fault.line}: ${fault.message}`).join('\n'))
  return config
}
