/** systemd's unit for Authelia, in place of the one that its package brings. */
import { dirname } from 'node:path'
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { configurationFiles, usersFile } from '../authelia/paths.ts'
import { autheliaSecrets } from '../authelia/secrets.ts'
import { onTarget, secretsOnTarget } from '../on-target.ts'
import type { House } from '../types.ts'
import { hardening } from './hardening.ts'
import { execWord, unitPath, unitWord } from './unit-text.ts'

/** Where Authelia's Debian package has it. */
export const AUTHELIA_PROGRAM = '/usr/bin/authelia'

/** The signing keys, as Authelia's `--config` reads them. */
const KEYS = 'keys.yml'

const withKeys = (config: Config): readonly (readonly [credential: string, file: string])[] =>
  config.oidc_apps.length === 0 ? [] : [[KEYS, secretFile(secretsOnTarget(config), SECRETS.autheliaKeys)]]

export function autheliaUnit(house: House): string {
  const { config } = house
  const secrets = autheliaSecrets(config)
  const credentials = [
    ...secrets.map(({ credential, file }) => [credential, onTarget(config, file)] as const),
    ...withKeys(config),
  ]
  // The folder is named as a whole, since a file in it is replaced by `gatehouse user`; of what is in it the
  // user authelia may write that one file alone, by its owner.
  const users =
    config.deploy.users.ldap === undefined ? [`ReadWritePaths=-${unitWord(dirname(usersFile(house)))}`] : []
  const files = configurationFiles(house, `\u0000${KEYS}`)
    // %d is meant: the folder of the credentials.
    .map(file => (file.startsWith('\u0000') ? `%d/${KEYS}` : execWord(file)))
  const lines = [
    '# Rendered from gatehouse.yml: change that, and run `gatehouse apply`. Lines of your own: systemctl edit authelia.',
    '[Unit]',
    'Description=Authelia, the login portal',
    'Wants=network-online.target',
    'After=network-online.target mariadb.service mysql.service postgresql.service redis-server.service slapd.service',
    '',
    '[Service]',
    'Type=exec',
    'User=authelia',
    'Group=authelia',
    `ExecStart=${AUTHELIA_PROGRAM} --config ${files.join(',')}`,
    'Restart=always',
    'RestartSec=2',
    '',
    '# Each secret by a file that this service alone can read, and by no name of which a list of processes would tell.',
    ...secrets.map(({ variable, credential }) => `Environment=${variable}=%d/${credential}`),
    ...credentials.map(([name, file]) => `LoadCredential=${name}:${unitPath(file)}`),
    `InaccessiblePaths=-${unitWord(secretsOnTarget(config))}`,
    '',
    '# What it writes: its database, and the users when somebody changes a password.',
    'StateDirectory=authelia',
    'StateDirectoryMode=0700',
    ...users,
    '',
    ...hardening({
      homes: /^\/(home|root)\//.test(`${config.deploy.folder}/`),
      lowPorts: Number(new URL(config.authelia?.url ?? 'http://x:9091').port || 80) < 1024,
    }),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]
  return `${lines.join('\n')}\n`
}
