/** The house in containers (the Compose Specification), for those who prefer it. */
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { STATE as AUTHELIA_STATE, configurationFiles, usersFile } from '../authelia/paths.ts'
import { autheliaSecrets } from '../authelia/secrets.ts'
import { hasNginx, nginxPorts } from '../nginx/files.ts'
import { includeWord } from '../nginx/word.ts'
import { onTarget, secretsOnTarget } from '../on-target.ts'
import type { House } from '../types.ts'
import { gatehouseCredentials, PACKAGE } from './gatehouse-unit.ts'
import { hasAutheliaHere } from './programs.ts'

/** In a compose file `$` begins a variable. */
const plain = (text: string): string => text.replaceAll('$', '$$$$')

interface Mount {
  readonly type: 'bind'
  readonly source: string
  readonly target: string
  readonly read_only: boolean
  readonly bind: { readonly create_host_path: boolean }
}

/** A mount that fails where there is nothing, and makes no folder of root's in its place. */
const mount = (source: string, write = false, target = source): Mount => ({
  type: 'bind',
  source: plain(source),
  target: plain(target),
  read_only: !write,
  bind: { create_host_path: false },
})

const DOLLAR = '$'

/** For every container: nothing to write but what is named, no capability, no way to one. */
const CONFINED = {
  user: `${DOLLAR}{HOUSE_UID:?write HOUSE_UID and HOUSE_GID into .env, the numbers of whoever owns the secrets}:${DOLLAR}{HOUSE_GID:?}`,
  restart: 'unless-stopped',
  read_only: true,
  cap_drop: ['ALL'],
  security_opt: ['no-new-privileges:true'],
} as const

const HEAD = `# Rendered from gatehouse.yml: change that, and run \`gatehouse apply\` or \`gatehouse render\`.
# Start: docker compose --file compose.yml up --detach. How, and what goes into .env: docs/house/install.md.
#
# One loopback for all three, as on one machine: Authelia and the gateway are seen by NGINX alone, and no port of
# theirs is published. Apps join the network "house", and are reached by their names.
`

/** NGINX's main file in its container, where nothing but the house is. */
export function composeNginx({ current }: House): string {
  return `# NGINX in its container: compose.yml starts it with this file.
pid /run/nginx.pid;
error_log stderr notice;
worker_processes auto;
pcre_jit on;
events { worker_connections 4096; }
http {
    include /etc/nginx/mime.types;
    access_log /dev/stdout;
    sendfile on;
    client_body_temp_path /tmp/body;
    proxy_temp_path /tmp/proxy;
    fastcgi_temp_path /tmp/fastcgi;
    uwsgi_temp_path /tmp/uwsgi;
    scgi_temp_path /tmp/scgi;
    include ${includeWord(join(current, 'nginx/gatehouse.conf'))};
}
`
}

function nginx(house: House) {
  const { config, current } = house
  const secrets = secretsOnTarget(config)
  const { certificate, key } = config.deploy.certificates
  const own = [certificate, key].flatMap(file => (file === undefined ? [] : [onTarget(config, file)]))
  // certbot's files in live/ are links into archive/.
  const folders = own.map(file => (file.startsWith('/etc/letsencrypt/') ? '/etc/letsencrypt' : dirname(file)))
  const authorities = config.oidc_apps.flatMap(({ upstream_tls }) =>
    upstream_tls?.ca === undefined ? [] : [onTarget(config, upstream_tls.ca)],
  )
  const certificates = folders.length === 0 ? [dirname(secretFile(secrets, SECRETS.certificate))] : folders
  const paths = [join(config.deploy.folder, 'house'), ...certificates, ...authorities]
  return {
    image: 'nginx:1.28',
    ...CONFINED,
    command: ['nginx', '-e', 'stderr', '-c', plain(join(current, 'compose/nginx.conf')), '-g', 'daemon off;'],
    ports: nginxPorts(house).map(port => `${port}:${port}`),
    networks: ['house'],
    volumes: [...new Set(paths)].map(path => mount(path)),
    tmpfs: ['/run:mode=1777', '/tmp'],
  }
}

function gatehouse(house: House, network: object) {
  const { config } = house
  const names = gatehouseCredentials(config)
  const portal = config.portal !== undefined
  const state = join(config.deploy.folder, 'state/gatehouse')
  const own = ['--secrets', '/run/secrets/gatehouse', '--state', '/var/lib/gatehouse']
  return {
    image: 'gatehouse',
    build: `${DOLLAR}{HOUSE_SOURCE:-${PACKAGE}}`,
    ...CONFINED,
    ...network,
    command: ['serve', '--config', plain(onTarget(config, config.file)), ...(portal ? own : [])],
    volumes: [mount(config.deploy.folder), ...(portal ? [mount(state, true, '/var/lib/gatehouse')] : [])],
    // Over the folder of the secrets: what is in it is none of the gateway's business.
    tmpfs: ['/tmp', `${plain(secretsOnTarget(config))}:mode=0000`],
    ...(names.length > 0 && {
      secrets: names.map(name => ({
        source: name.replaceAll('/', '.'),
        target: `/run/secrets/gatehouse/${name}`,
      })),
    }),
  }
}

function authelia(house: House, network: object) {
  const { config } = house
  const { folder } = config.deploy
  const secrets = autheliaSecrets(config)
  const keys = config.oidc_apps.length > 0 ? ['keys.yml'] : []
  const users = dirname(usersFile(house))
  const files =
    config.deploy.users.ldap === undefined
      ? [mount(folder), ...(users === folder ? [mount(usersFile(house), true)] : [mount(users, true)])]
      : [mount(folder)]
  return {
    image: 'authelia/authelia:4.39',
    ...CONFINED,
    ...network,
    command: [
      'authelia',
      '--config',
      configurationFiles(house, '/run/secrets/keys.yml').map(plain).join(','),
    ],
    environment: Object.fromEntries(
      secrets.map(({ variable, credential }) => [variable, `/run/secrets/${credential}`]),
    ),
    volumes: [...files, mount(join(folder, 'state/authelia'), true, AUTHELIA_STATE)],
    tmpfs: ['/tmp', `${plain(secretsOnTarget(config))}:mode=0000`],
    secrets: [...secrets.map(({ credential }) => credential), ...keys],
  }
}

/** compose.yml; secrets are named by their files alone. */
export function composeFile(house: House): string {
  const { config } = house
  const front = hasNginx(house)
  const network = front
    ? { network_mode: 'service:nginx', depends_on: ['nginx'] }
    : { networks: ['house'], ports: [`${config.public_port}:${config.public_port}`] }
  const here = hasAutheliaHere(config)
  const root = secretsOnTarget(config)
  const given = [
    ...gatehouseCredentials(config).map(name => [name.replaceAll('/', '.'), secretFile(root, name)] as const),
    ...(here
      ? autheliaSecrets(config).map(({ credential, file }) => [credential, onTarget(config, file)] as const)
      : []),
    ...(here && config.oidc_apps.length > 0
      ? [['keys.yml', secretFile(root, SECRETS.autheliaKeys)] as const]
      : []),
  ]
  const second = front ? network : { network_mode: 'service:gatehouse', depends_on: ['gatehouse'] }
  const file = {
    name: 'house',
    services: {
      ...(front && { nginx: nginx(house) }),
      gatehouse: gatehouse(house, network),
      ...(here && { authelia: authelia(house, second) }),
    },
    networks: { house: { name: 'house' } },
    ...(given.length > 0 && {
      secrets: Object.fromEntries(given.map(([name, path]) => [name, { file: plain(path) }])),
    }),
  }
  return `${HEAD}${stringify(file, { lineWidth: 0, aliasDuplicateObjects: false })}`
}
