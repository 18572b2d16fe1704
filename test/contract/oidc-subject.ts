/** The portal with the recorded configuration and its clients. */
import { copyFileSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Client } from '../../src/catalog/types.ts'
import { readAutheliaFile } from '../../src/config/authelia-file.ts'
import { settingsFromAuthelia } from '../../src/portal/from-authelia.ts'
import { openPortal } from '../../src/portal/portal.ts'
import type { Log } from '../../src/types.ts'
import { writeOidcSecrets } from '../support/oidc-secrets.ts'
import { FOLDER } from './exchange.ts'
import type { Server } from './raw-client.ts'

export const ISSUER = 'https://auth.example.test:9443'

const BASE: Client = {
  app: 'gateway',
  client_id: 'gateway',
  client_name: 'Gateway',
  redirect_uris: ['https://app.example.test/cb', 'https://app.example.test:9443/cb'],
  scopes: ['openid', 'profile', 'groups', 'email'],
  public: false,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce: 'off',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  id_token_claims: [],
  group_claims: [],
  policy: 'one_factor',
  groups: [],
  consent: 'implicit',
}

/** configuration.yml's `identity_providers.oidc.clients`. */
const CLIENTS: readonly Client[] = [
  BASE,
  {
    ...BASE,
    app: 'gateway-idtok',
    client_id: 'gateway-idtok',
    client_name: 'Gateway with ID token claims, refresh and PKCE',
    redirect_uris: ['https://app.example.test/cb'],
    scopes: [...BASE.scopes, 'offline_access'],
    token_endpoint_auth_method: 'client_secret_post',
    grant_types: ['authorization_code', 'refresh_token'],
    id_token_claims: ['groups', 'email', 'email_verified', 'preferred_username', 'name'],
    pkce: 'S256',
  },
  { ...BASE, app: 'gateway-2fa', client_id: 'gateway-2fa', client_name: 'Gateway 2FA', policy: 'two_factor' },
]

export interface OidcSubject {
  readonly server: Server
  close(): Promise<void>
}

export async function openOidcSubject(folder: string): Promise<OidcSubject> {
  const users = join(folder, 'users_database.yml')
  copyFileSync(join(FOLDER, 'users_database.yml'), users)
  const file = join(folder, 'configuration.yml')
  const { settings } = readAutheliaFile(readFileSync(join(FOLDER, 'configuration.yml'), 'utf8'), file)
  if (settings === undefined) throw new Error('configuration.yml cannot be read')
  const secrets = join(folder, 'secrets')
  writeOidcSecrets(secrets, Object.fromEntries(CLIENTS.map(({ app }) => [app, 'insecure_secret'])))
  const quiet = () => {}
  const log: Log = { debug: quiet, info: quiet, warn: quiet, error: quiet }
  const portal = await openPortal(
    {
      ...settingsFromAuthelia(settings),
      oidc: { issuer: ISSUER, clients: CLIENTS, secrets, subjects: join(folder, 'subjects.json') },
    },
    { log, trustForwardedFor: true, sleep: async () => {} },
  )
  const where = await portal.listen({ host: '127.0.0.1', port: 0 }, 'all')
  if (!('port' in where)) throw new Error('not on a port')
  return { server: where, close: () => portal.close() }
}
