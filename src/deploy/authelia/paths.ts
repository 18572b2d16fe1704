/** Where Authelia finds things on the machine that it is rendered for. */
import { join } from 'node:path'
import { onTarget } from '../on-target.ts'
import type { House } from '../types.ts'

/** The one rendered file of Authelia. */
export const CONFIGURATION = 'authelia/configuration.yml'

/** Authelia's own folder, the StateDirectory of its unit: it alone writes here. */
export const STATE = '/var/lib/authelia'

/** The users, which Authelia writes when somebody changes a password. */
export const usersFile = ({ config }: House): string => onTarget(config, config.deploy.users.file)

/**
 * Everything for Authelia's `--config`, in order; a later file adds to the earlier ones, and its lists replace
 * theirs.
 * @param keys where the signing keys stand as Authelia reads them: `%d/keys.yml` in a unit
 */
export function configurationFiles(house: House, keys: string): readonly string[] {
  const { oidc_apps, deploy } = house.config
  return [
    join(house.current, CONFIGURATION),
    // Keys without a client are refused ("no clients"), so they come with the first app.
    ...(oidc_apps.length > 0 ? [keys] : []),
    ...(deploy.authelia_more === undefined ? [] : [onTarget(house.config, deploy.authelia_more)]),
  ]
}
