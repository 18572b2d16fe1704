import t from 'tap'
import { OIDC_ENTRIES } from '../../../src/catalog/catalog.ts'
import { clientFor, type Wanted } from './app.ts'

const A = 'https://app.haus.test'

/** Where a login comes back to: kind, what differs, and the addresses. */
const REDIRECTS: readonly [kind: string, wanted: Wanted, redirect_uris: string | string[]][] = [
  ['nextcloud', { url: A }, `${A}/apps/user_oidc/code`],
  ['nextcloud', { url: `${A}/cloud` }, `${A}/cloud/apps/user_oidc/code`],
  ['nextcloud', { url: `${A}:8443` }, `${A}:8443/apps/user_oidc/code`],
  ['nextcloud', { url: A, settings: { pretty_urls: 'no' } }, `${A}/index.php/apps/user_oidc/code`],
  ['nextcloud-oidc-login', { url: A }, `${A}/apps/oidc_login/oidc`],
  [
    'nextcloud-oidc-login',
    { url: `${A}/c`, settings: { pretty_urls: 'no' } },
    `${A}/c/index.php/apps/oidc_login/oidc`,
  ],
  ['proxmox', { url: `${A}:8006` }, `${A}:8006`],
  ['proxmox', { url: A }, A],
  [
    'proxmox',
    { url: `${A}:8006`, settings: { nodes: `https://two.haus.test:8006/, ${A}:8006` } },
    [`${A}:8006`, 'https://two.haus.test:8006'],
  ],
  ['proxmox-backup', { url: `${A}:8007` }, `${A}:8007`],
  ['portainer', { url: `${A}:9443` }, `${A}:9443`],
  ['portainer', { url: `${A}/docker` }, `${A}/docker`],
  ['gitea', { url: A }, `${A}/user/oauth2/authelia/callback`],
  [
    'gitea',
    { url: `${A}:3000/git`, settings: { source: 'Home' } },
    `${A}:3000/git/user/oauth2/Home/callback`,
  ],
  ['forgejo', { url: A }, `${A}/user/oauth2/authelia/callback`],
  ['seafile', { url: A }, `${A}/oauth/callback/`],
  ['seafile', { url: `${A}:8443/sea` }, `${A}:8443/sea/oauth/callback/`],
  ['guacamole', { url: A }, `${A}/`],
  ['guacamole', { url: `${A}:8443/guacamole` }, `${A}:8443/guacamole/`],
  [
    'cloudflare',
    { url: A, settings: { team: 'haus' } },
    'https://haus.cloudflareaccess.com/cdn-cgi/access/callback',
  ],
  ['grafana', { url: `${A}/grafana` }, `${A}/grafana/login/generic_oauth`],
  ['jenkins', { url: `${A}:8443/ci` }, `${A}:8443/ci/securityRealm/finishLogin`],
  ['home-assistant', { url: `${A}:8123` }, `${A}:8123/auth/oidc/callback`],
  ['immich', { url: A }, [`${A}/auth/login`, `${A}/user-settings`, 'app.immich:///oauth-callback']],
  ['jellyfin', { url: `${A}/tv` }, `${A}/tv/sso/OID/redirect/authelia`],
  ['jellyfin', { url: A, settings: { provider: 'Home' } }, `${A}/sso/OID/redirect/Home`],
  ['paperless', { url: `${A}/docs` }, `${A}/docs/accounts/oidc/authelia/login/callback/`],
  ['vaultwarden', { url: A }, `${A}/identity/connect/oidc-signin`],
  ['node-red', { url: `${A}:1880/red` }, `${A}:1880/red/auth/strategy/callback`],
]

for (const [kind, wanted, expected] of REDIRECTS)
  t.test(`${kind} at ${wanted.url}`, async t =>
    t.strictSame(clientFor(kind, wanted).redirect_uris, [expected].flat()),
  )

/** How each app shows its secret, whether it sends a challenge, what it looks for in the ID token. */
const CLIENTS: Readonly<Record<string, readonly [auth: string, pkce: string, id_token: string]>> = {
  nextcloud: ['client_secret_post', 'S256', 'preferred_username name email groups'],
  'nextcloud-oidc-login': ['client_secret_basic', 'S256', ''],
  proxmox: ['client_secret_basic', 'S256', ''],
  'proxmox-backup': ['client_secret_basic', 'S256', ''],
  portainer: ['client_secret_post', 'off', ''],
  gitea: ['client_secret_basic', 'off', ''],
  forgejo: ['client_secret_basic', 'S256', ''],
  seafile: ['client_secret_basic', 'off', ''],
  guacamole: ['none', 'off', 'preferred_username groups email name'],
  cloudflare: ['client_secret_basic', 'S256', 'email email_verified preferred_username name groups'],
  grafana: ['client_secret_basic', 'S256', 'email name groups preferred_username'],
  jenkins: ['client_secret_basic', 'S256', ''],
  'home-assistant': ['client_secret_post', 'S256', ''],
  immich: ['client_secret_basic', 'S256', ''],
  jellyfin: ['client_secret_post', 'S256', ''],
  paperless: ['client_secret_basic', 'S256', ''],
  vaultwarden: ['client_secret_basic', 'S256', ''],
  'node-red': ['client_secret_post', 'off', ''],
  custom: ['client_secret_basic', 'S256', ''],
}

t.test('every kind is in the table', async t => {
  t.strictSame(Object.keys(CLIENTS).sort(), OIDC_ENTRIES.map(({ kind }) => kind).sort())
  const shown = new Set(REDIRECTS.map(([kind]) => kind))
  t.strictSame(
    OIDC_ENTRIES.filter(({ kind }) => kind !== 'custom' && !shown.has(kind)),
    [],
  )
})

for (const [kind, expected] of Object.entries(CLIENTS))
  t.test(`${kind}: its client`, async t => {
    const { token_endpoint_auth_method, pkce, id_token_claims } = clientFor(kind)
    t.strictSame([token_endpoint_auth_method, pkce, id_token_claims.join(' ')], expected)
  })

t.test('a group of administrators comes as a claim of its own', async t => {
  const { scopes, group_claims } = clientFor('nextcloud-oidc-login', {
    settings: { admin_group: "Mum's VIPs" },
  })
  t.ok(scopes.includes('nextcloud_userinfo'))
  t.strictSame(group_claims, [
    { scope: 'nextcloud_userinfo', claim: 'is_nextcloud_admin', group: "Mum's VIPs" },
  ])
})

t.test('a session that is renewed at the portal', async t => {
  const { scopes, grant_types } = clientFor('vaultwarden', { settings: { session: 'portal' } })
  t.ok(scopes.includes('offline_access') && grant_types.includes('refresh_token'))
})
