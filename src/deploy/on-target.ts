/** Where a file of this machine stands on the machine that the house is rendered for. */
import { dirname, join, relative } from 'node:path'
import type { Config } from '../config/model.ts'

/** What stands beside gatehouse.yml goes along with it into `deploy.folder`; every other path is meant as it is. */
export function onTarget(config: Config, path: string): string {
  const beside = relative(dirname(config.file), path)
  return beside === '..' || beside.startsWith('../') ? path : join(config.deploy.folder, beside)
}

/** The folder of the secrets there. */
export const secretsOnTarget = (config: Config): string => onTarget(config, config.secrets)
