/** systemd's unit for the gateway. */
import { createHash } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { onTarget, secretsOnTarget } from '../on-target.ts'
import type { House } from '../types.ts'
import { hardening } from './hardening.ts'
import { hasAutheliaHere } from './programs.ts'
import { execWord, unitPath, unitWord } from './unit-text.ts'

/** Where the install script puts Gatehouse itself. */
export const PACKAGE = '/opt/gatehouse'
/** What the gateway writes: second factors and subjects of the built-in portal. */
const STATE = '/var/lib/gatehouse'

/** What the built-in portal needs of the secrets, each as a credential; the gateway without it needs none. */
export function gatehouseCredentials(config: Config): readonly string[] {
  if (config.portal === undefined || config.oidc_apps.length === 0) return []
  const clients = config.oidc_apps.filter(({ client }) => !client.public)
  return [SECRETS.oidcKey, ...clients.map(({ name }) => SECRETS.clientDigest(name))]
}

/** Where the portal writes: its own folder, unless gatehouse.yml names one outside of the house's. */
function stateOf(config: Config): { readonly own: boolean; readonly folder: string } {
  const totp = config.portal === undefined ? undefined : dirname(onTarget(config, config.portal.totp))
  const own = totp === undefined || totp === config.deploy.folder || totp === STATE
  return { own, folder: own ? STATE : totp }
}

const sockets = (config: Config) => config.listen.filter(({ unix }) => unix !== undefined)

function runtime(config: Config): string[] {
  const folders = [...new Set(sockets(config).map(({ unix = '' }) => dirname(unix)))]
  const groups = [...new Set(sockets(config).flatMap(({ group }) => (group === undefined ? [] : [group])))]
  const elsewhere = folders.filter(folder => folder !== '/run/gatehouse')
  return [
    ...(folders.length > elsewhere.length ? ['RuntimeDirectory=gatehouse', 'RuntimeDirectoryMode=0755'] : []),
    ...(elsewhere.length === 0 ? [] : [`ReadWritePaths=${elsewhere.map(unitWord).join(' ')}`]),
    ...(groups.length === 0 ? [] : [`SupplementaryGroups=${groups.join(' ')}`]),
  ]
}

/** systemd's names of credentials have no slashes. @see secretFile */
const credential = (name: string): string => basename(secretFile('/run/credentials/gatehouse.service', name))

/** Changes with a client's digest, so that `apply` starts the portal anew; it tells nothing of them. */
function mark({ config, digest }: House): string[] {
  if (gatehouseCredentials(config).length === 0) return []
  const all = config.oidc_apps.map(({ name }) => digest(name) ?? '').join('\n')
  const short = createHash('sha256').update(all).digest('hex').slice(0, 16)
  return [`# Other client secrets are another mark here, and start the portal anew: ${short}.`]
}

export function gatehouseUnit(house: House): string {
  const { config } = house
  const names = gatehouseCredentials(config)
  const state = stateOf(config)
  const secrets = names.length === 0 ? '' : ' --secrets %d'
  const kept = config.portal === undefined || !state.own ? '' : ` --state ${STATE}`
  const lines = [
    '# Rendered from gatehouse.yml: change that, and run `gatehouse apply`. Lines of your own: systemctl edit gatehouse.',
    ...mark(house),
    '[Unit]',
    'Description=Gatehouse, single sign-on in front of the apps',
    'Wants=network-online.target',
    `After=network-online.target${hasAutheliaHere(config) ? ' authelia.service' : ''}`,
    '',
    '[Service]',
    'Type=exec',
    'User=gatehouse',
    'Group=gatehouse',
    "# Node 24, which comes with Gatehouse; the machine's own, where it is not there.",
    `Environment=PATH=${PACKAGE}/runtime:/usr/local/bin:/usr/bin:/bin`,
    `ExecStart=${PACKAGE}/bin/gatehouse serve --config ${execWord(onTarget(config, config.file))} --log-format json${secrets}${kept}`,
    '# A changed gatehouse.yml is taken by itself; this is for whoever wants to be sure.',
    'ExecReload=/bin/kill -HUP $MAINPID',
    'Restart=always',
    'RestartSec=2',
    '# What is under way gets 30 s.',
    'TimeoutStopSec=40',
    'LimitNOFILE=65536',
    '',
    '# What it writes, and the secrets that it is told: nothing else of either.',
    'StateDirectory=gatehouse',
    'StateDirectoryMode=0700',
    ...(state.own ? [] : [`ReadWritePaths=${unitWord(state.folder)}`]),
    ...runtime(config),
    ...names.map(
      name => `LoadCredential=${credential(name)}:${unitPath(secretFile(secretsOnTarget(config), name))}`,
    ),
    `InaccessiblePaths=-${unitWord(secretsOnTarget(config))}`,
    '',
    ...hardening({
      compiles: true,
      lowPorts: config.listen.some(
        ({ address }) => address !== undefined && address.port > 0 && address.port < 1024,
      ),
      chown: sockets(config).length > 0,
      homes: /^\/(home|root)\//.test(`${config.deploy.folder}/`),
    }),
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]
  return `${lines.join('\n')}\n`
}
