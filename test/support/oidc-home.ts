/** The household's portal as provider for a few apps, and an app's side of a login. */
import { createHash } from 'node:crypto'
import { join } from 'node:path'
import { TOTP } from 'otpauth'
import type { Client } from '../../src/catalog/types.ts'
import { type OpenParts, openPortal } from '../../src/portal/portal.ts'
import { Browser, type Fields, fetchPage, ORIGIN, type Page } from '../portal/browser.ts'
import { household, keptLog } from '../portal/house.ts'
import { secretOf, writeOidcSecrets } from './oidc-secrets.ts'

export const STATE = 'state-of-the-app'
export const VERIFIER = 'a-verifier-of-43-characters-at-least-0123456789'
export const CHALLENGE = createHash('sha256').update(VERIFIER).digest('base64url')

/** An app's client. Its redirect URI is `https://<app>.example.test/cb`. */
export function appClient(app: string, change: Partial<Client> = {}): Client {
  return {
    app,
    client_id: app,
    client_name: `The ${app}`,
    redirect_uris: [`https://${app}.example.test/cb`],
    scopes: ['openid', 'profile', 'groups', 'email', 'offline_access'],
    public: false,
    token_endpoint_auth_method: 'client_secret_basic',
    pkce: 'off',
    grant_types: ['authorization_code', 'refresh_token'],
    response_types: ['code'],
    id_token_claims: [],
    group_claims: [],
    policy: 'one_factor',
    groups: [],
    consent: 'implicit',
    ...change,
  }
}

export interface Home {
  readonly log: ReturnType<typeof keptLog>
  readonly folder: string
  browser(): Browser
  /** From an app's server. */
  post(path: string, form: Fields, headers?: Fields): Promise<Page>
  userinfo(token: string): Promise<Page>
  /** Changes the clients, as a reload of gatehouse.yml does. */
  reload(clients: readonly Client[]): Promise<void>
  pass(ms: number): void
}

export const basicOf = (id: string, secret = secretOf(id)): Fields => ({
  authorization: `Basic ${Buffer.from(`${id}:${secret}`).toString('base64')}`,
})

/** The path of an authorization request. @param change an empty value leaves one out */
export function asking(app: string, change: Fields = {}): string {
  const fields = {
    client_id: app,
    response_type: 'code',
    scope: 'openid profile groups email',
    redirect_uri: `https://${app}.example.test/cb`,
    state: STATE,
    nonce: 'nonce-of-the-app',
    ...change,
  }
  const params = new URLSearchParams(Object.entries(fields).filter(([, value]) => value !== ''))
  return `/api/oidc/authorization?${params}`
}

/** What stands in a redirect. */
export function told(page: Page, name: string): string | undefined {
  const { location = '' } = page
  const cut = location.search(/[?#]/)
  return new URLSearchParams(location.slice(cut + 1)).get(name) ?? undefined
}

/** The path and query of a redirect to the portal itself. */
export function onward(page: Page): string {
  return (page.location ?? '').replace(ORIGIN, '')
}

export const https: Fields = { 'x-forwarded-proto': 'https' }

class SecureBrowser extends Browser {
  override get(path: string, headers: Fields = {}): Promise<Page> {
    return super.get(path, { ...https, ...headers })
  }
  override post(path: string, fields: Fields, headers: Fields = {}): Promise<Page> {
    return super.post(path, fields, { ...https, ...headers })
  }
}

export async function openHome(
  t: { teardown(end: () => unknown): void },
  clients: readonly Client[],
): Promise<Home> {
  const { settings, folder, remove } = household()
  const secrets = join(folder, 'secrets')
  writeOidcSecrets(secrets, Object.fromEntries(clients.map(({ app }) => [app, undefined])))
  const log = keptLog()
  let ahead = 0
  const parts: OpenParts = {
    log,
    trustForwardedFor: true,
    clock: () => Date.now() + ahead,
    sleep: async () => {},
  }
  const withClients = (list: readonly Client[]) => {
    const oidc = { issuer: ORIGIN, clients: list, secrets, subjects: join(folder, 'subjects.json') }
    return { ...settings, oidc }
  }
  const portal = await openPortal(withClients(clients), parts)
  t.teardown(async () => {
    await portal.close()
    remove()
  })
  const where = await portal.listen({ host: '127.0.0.1', port: 0 }, 'browsers')
  const port = 'port' in where ? where.port : 0
  const form = { 'content-type': 'application/x-www-form-urlencoded' }
  return {
    log,
    folder,
    browser: () => new SecureBrowser(port),
    post: (path, fields, headers = {}) =>
      fetchPage(port, 'POST', path, String(new URLSearchParams(fields)), { ...https, ...form, ...headers }),
    userinfo: token =>
      fetchPage(port, 'GET', '/api/oidc/userinfo', '', { ...https, authorization: `Bearer ${token}` }),
    reload: list => portal.reload(withClients(list)),
    pass: ms => {
      ahead += ms
    },
  }
}

export interface Tokens {
  readonly access_token: string
  readonly id_token: string
  readonly refresh_token?: string
}

/** Trades a code for tokens, as the app does. */
export function trade(home: Home, app: string, code: string, more: Fields = {}): Promise<Page> {
  const redirect_uri = `https://${app}.example.test/cb`
  return home.post(
    '/api/oidc/token',
    { grant_type: 'authorization_code', code, redirect_uri, ...more },
    basicOf(app),
  )
}

export const tokensOf = (page: Page): Tokens => JSON.parse(page.body) as Tokens
export const claimsOf = (token: string): Record<string, unknown> =>
  JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))

/** Sets up alice's authenticator app by the portal's pages, and ends with two factors. @returns her secret */
export async function enrol(browser: Browser): Promise<void> {
  const page = await browser.get('/enrol')
  const secret = [...page.body.matchAll(/<span>([A-Z2-7]{1,4})<\/span>/g)].map(([, part]) => part).join('')
  await browser.post('/enrol', { token: new TOTP({ secret }).generate() })
}
