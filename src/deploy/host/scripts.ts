/** The install scripts: hand-written, with what gatehouse.yml says filled in at their top. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { hasNginx } from '../nginx/files.ts'
import { onTarget, secretsOnTarget } from '../on-target.ts'
import type { House } from '../types.ts'
import { PACKAGE } from './gatehouse-unit.ts'
import { hasAutheliaHere } from './programs.ts'

const text = (name: string): string => readFileSync(join(import.meta.dirname, name), 'utf8')

/** A word of sh(1) that stands for itself. */
export const shellWord = (word: string): string =>
  /^[\w./:@+,-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`

/** @throws RangeError where the script does not set the variable exactly once: a mistake of ours */
function fill(script: string, name: string, value: string): string {
  const line = new RegExp(`^${name}=.*$`, 'gm')
  if (script.match(line)?.length !== 1) throw new RangeError(`install-debian.sh does not set ${name} once`)
  return script.replace(line, () => `${name}=${value === '' ? '' : shellWord(value)}`)
}

/** The users file that a program of the house reads; empty where users are in a directory, or all of it elsewhere. */
function usersOf({ config }: House): readonly [file: string, program: 'authelia' | 'gatehouse'] {
  if (config.portal !== undefined) return [onTarget(config, config.portal.users), 'gatehouse']
  const none = config.deploy.users.ldap !== undefined || !hasAutheliaHere(config)
  return [none ? '' : onTarget(config, config.deploy.users.file), 'authelia']
}

export function debianScript(house: House): string {
  const { config } = house
  const [users, program] = usersOf(house)
  const nginx = hasNginx(house)
  const own = nginx && config.deploy.certificates.from === 'own'
  const values: Readonly<Record<string, string>> = {
    FOLDER: config.deploy.folder,
    CONFIG: onTarget(config, config.file),
    SECRETS: secretsOnTarget(config),
    USERS_FILE: users,
    USERS_OF: program,
    WITH_AUTHELIA: hasAutheliaHere(config) ? 'yes' : 'no',
    WITH_NGINX: nginx ? 'yes' : 'no',
    OWN_AUTHORITY: own ? 'yes' : 'no',
    PACKAGE,
  }
  return Object.entries(values).reduce(
    (script, [name, value]) => fill(script, name, value),
    text('install-debian.sh'),
  )
}

/** The same for every house. */
export const proxmoxScript = (): string => text('install-proxmox.sh')
