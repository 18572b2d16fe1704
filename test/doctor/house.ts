/** A real little house for the doctor: NGINX, the gateway with its portal, apps, and an app with its own TLS. */

import { argon2, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer as createHttps } from 'node:https'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { promisify } from 'node:util'
import type { Test } from 'tap'
import { machine } from '../../src/config/host.ts'
import type { Config } from '../../src/config/model.ts'
import { readConfigAlone } from '../../src/config/read.ts'
import { SECRETS, secretFile } from '../../src/config/secret-files.ts'
import { freePort } from '../../src/demo/port.ts'
import { ensureSecrets } from '../../src/deploy/secrets/ensure.ts'
import type { Outside } from '../../src/doctor/outside.ts'
import { realOutside } from '../../src/doctor/real.ts'
import { examine, type Report } from '../../src/doctor/run.ts'
import { CHECKS } from '../../src/doctor/table.ts'
import { installNginx, startNginx } from '../support/nginx.ts'
import { start } from '../support/programs.ts'
import { type RecordingUpstream, recordingUpstream } from '../support/upstream.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')
export const DOMAIN = 'gatehouse.localhost'
const SECRET = 'correct.horse-battery_staple~correct.horse'

export interface Ports {
  readonly nginx: number
  readonly proxy: number
  readonly door: number
  readonly cams: number
  readonly office: number
  readonly pve: number
}

/** What an app that speaks OpenID Connect sends when a login begins: its redirect URI. */
export interface Login {
  redirect: string
}

export interface Home {
  readonly folder: string
  readonly ports: Ports
  readonly ca: string
  readonly leaf: { readonly certificate: string; readonly key: string }
  readonly cams: RecordingUpstream
  readonly login: Login
  /** gatehouse.yml as it is right. */
  readonly yml: string
  /** NGINX's servers as they are right. */
  readonly sites: string
}

/** One user, with a digest that costs the doctor's guesses nothing. */
async function writeUsers(folder: string): Promise<void> {
  const nonce = randomBytes(16)
  const cost = { memory: 8, passes: 1, parallelism: 1, tagLength: 32 }
  const tag = await promisify(argon2)('argon2id', { message: SECRET, nonce, ...cost })
  const [salt, key] = [nonce, tag].map(bytes => bytes.toString('base64').replaceAll('=', ''))
  const digest = `$argon2id$v=19$m=8,t=1,p=1$${salt}$${key}`
  const text = `users:\n  alice:\n    displayname: Alice\n    password: '${digest}'\n    groups: [admins]\n`
  writeFileSync(join(folder, 'users_database.yml'), text, { mode: 0o600 })
}

function gatehouseYml({ nginx, proxy, door, cams, office, pve }: Ports): string {
  return `domain: ${DOMAIN}
public_port: ${nginx}
listen:
  - { address: 127.0.0.1:${proxy} }
  - { address: 127.0.0.1:${door}, door: forward_auth }
portal: { users: users_database.yml }
apps:
  cams: { upstream: 'http://127.0.0.1:${cams}', policy: two_factor }
  office: { upstream: 'http://127.0.0.1:${office}', policy: one_factor }
oidc_apps:
  pve: { kind: custom, url: 'https://pve.${DOMAIN}:${pve}', client: { redirect_uris: ['https://pve.${DOMAIN}:${pve}'] } }
`
}

/** The portal as provider says this of itself. */
export function discoveryOf(portal: string): string {
  return JSON.stringify({
    issuer: portal,
    authorization_endpoint: `${portal}/api/oidc/authorization`,
    token_endpoint: `${portal}/api/oidc/token`,
    userinfo_endpoint: `${portal}/api/oidc/userinfo`,
    jwks_uri: `${portal}/jwks.json`,
  })
}

function sitesOf(ports: Ports, leaf: Home['leaf']): string {
  const server = (name: string, rest: string): string => `  server {
    listen 127.0.0.1:${ports.nginx} ssl http2;
    server_name ${name}.${DOMAIN};
    ssl_certificate ${leaf.certificate}; ssl_certificate_key ${leaf.key};
    ${rest}
  }
`
  const toDoor = `proxy_pass http://127.0.0.1:${ports.proxy};
      proxy_set_header Host $http_host;
      proxy_set_header X-Forwarded-Proto $scheme;
      proxy_set_header X-Forwarded-For $remote_addr;`
  return [
    server(
      'auth',
      `client_max_body_size 0;
    location / {
      ${toDoor}
    }`,
    ),
    server(
      'cams',
      `include gatehouse/site.conf;
    location / { include gatehouse/protect.conf; proxy_pass http://127.0.0.1:${ports.cams}; }`,
    ),
    server(
      'office',
      `client_max_body_size 0; proxy_buffer_size 16k; proxy_buffers 8 16k; proxy_busy_buffers_size 32k;
    location / {
      ${toDoor}
      proxy_http_version 1.1;
      proxy_set_header Upgrade $gatehouse_upgrade; proxy_set_header Connection $gatehouse_connection;
    }`,
    ),
  ].join('')
}

/** An app with its own TLS whose front page begins a login at once. */
async function oidcApp(
  t: Test,
  port: number,
  portal: string,
  login: Login,
  leaf: Home['leaf'],
): Promise<void> {
  const pair = { cert: readFileSync(leaf.certificate), key: readFileSync(leaf.key) }
  const server = createHttps(pair, (_request, response) => {
    const asks = new URLSearchParams({
      client_id: 'pve',
      response_type: 'code',
      redirect_uri: login.redirect,
      scope: 'openid profile email groups',
      state: 'a-state-long-enough',
      code_challenge: 'x'.repeat(43),
      code_challenge_method: 'S256',
    })
    response.writeHead(302, { location: `${portal}/api/oidc/authorization?${asks}` }).end()
  }).listen(port, '127.0.0.1')
  await once(server, 'listening')
  t.teardown(() => {
    server.closeAllConnections()
    server.close()
  })
}

/** Opens the house; NGINX is not started yet. All of it ends with the test. */
export async function openHome(t: Test): Promise<Home> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-doctor-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  await writeUsers(folder)
  const [cams, office] = [await recordingUpstream(t), await recordingUpstream(t)]
  const [nginx, proxy, door, pve] = [
    await freePort(0),
    await freePort(0),
    await freePort(0),
    await freePort(0),
  ]
  const ports = { nginx, proxy, door, cams: cams.port, office: office.port, pve }
  const yml = gatehouseYml(ports)
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(file, yml)
  const { secrets } = configOf(file)
  await ensureSecrets(configOf(file))
  const leaf = {
    certificate: secretFile(secrets, SECRETS.certificate),
    key: secretFile(secrets, SECRETS.certificateKey),
  }
  const login: Login = { redirect: `https://pve.${DOMAIN}:${pve}` }
  await oidcApp(t, pve, `https://auth.${DOMAIN}:${nginx}`, login, leaf)
  const served = start(t, process.execPath, [MAIN, 'serve', '--config', file, '--log-format', 'json'], {
    TMPDIR: folder,
  })
  await served.says(new RegExp(`"address":"http://127\\.0\\.0\\.1:${door}"`))
  const ca = readFileSync(secretFile(secrets, SECRETS.authority), 'utf8')
  return { folder, ports, ca, leaf, cams, login, yml, sites: sitesOf(ports, leaf) }
}

/** What a fault changes, for the doctor or for NGINX. */
export interface Changes {
  readonly yml?: (yml: string) => string
  readonly sites?: (sites: string) => string
  readonly outside?: (outside: Outside) => Partial<Outside>
  readonly http?: string
  readonly mailTo?: string
}

export function configOf(file: string): Config {
  const { config, faults } = readConfigAlone(file, machine('/', Date.now))
  if (config === undefined) throw new Error(JSON.stringify(faults, null, 1))
  return config
}

let count = 0

/** Starts NGINX and has the doctor look at all of it. @param t ends NGINX */
export async function visit(t: Test, home: Home, changes: Changes = {}): Promise<Report> {
  const { folder, ports, ca } = home
  count++
  const nginx = {
    folder: join(folder, `nginx-${count}`),
    doorPort: ports.door,
    sites: changes.sites?.(home.sites) ?? home.sites,
    http: changes.http ?? '',
  }
  await startNginx(t, nginx)
  const nginxConf = installNginx(nginx)
  const file = join(folder, `doctor-${count}.yml`)
  writeFileSync(file, changes.yml?.(home.yml) ?? home.yml)
  const real = realOutside(Date.now, 0, 3000)
  const outside: Outside = {
    ...real,
    trusted: () => [ca],
    // The whole of 127.0.0.0/8 is this machine: its second address stands for that in the network.
    addresses: () => ['127.0.0.1', '::1', '127.0.0.2'],
    lookup: host => (host.endsWith(DOMAIN) ? Promise.resolve(['127.0.0.1']) : real.lookup(host)),
    run: (program, args) => {
      if (program === 'timedatectl') return Promise.resolve({ code: 0, stdout: 'yes\n', stderr: '' })
      if (program.endsWith('authelia'))
        return Promise.resolve({ failed: 'it does not exist', code: 'ENOENT' })
      const here =
        program === 'nginx' && args[0] === '-T' ? ['-c', nginxConf, '-p', nginx.folder, '-e', 'stderr'] : []
      return real.run(program, [...args, ...here])
    },
  }
  const config = configOf(file)
  return examine(CHECKS, {
    config,
    outside: { ...outside, ...changes.outside?.(outside) },
    versions: { gatehouse: '0.1.0', node: '24.21.0' },
    ...(changes.mailTo === undefined ? {} : { mailTo: changes.mailTo }),
  })
}

/** What is wrong, a line each: `fault redirect-uris pve.gatehouse.localhost`. */
export function troubles({ results }: Report): string[] {
  return results.flatMap(({ check, findings }) =>
    findings
      .filter(({ level }) => level === 'fault' || level === 'warning')
      .map(({ level, about }) => `${level} ${check} ${about}`.trim()),
  )
}
