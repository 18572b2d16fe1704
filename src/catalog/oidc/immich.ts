import { codeClient } from '../oidc-client.ts'
import { inContainer, trust, tryIt } from '../steps.ts'
import type { OidcEntry } from '../types.ts'

export const immich: OidcEntry = {
  kind: 'immich',
  title: 'Immich',
  checked: {
    version: 'Immich 3.1',
    on: '2026-11-24',
    sources: [
      'https://github.com/immich-app/immich/blob/main/docs/docs/administration/oauth.md',
      'https://github.com/immich-app/immich/blob/main/server/src/repositories/oauth.repository.ts',
      'https://www.authelia.com/integration/openid-connect/clients/immich/',
    ],
  },
  settings: {},
  // The web, the page where a user links an account, and the app for phones with a scheme of its own.
  client: ({ url }) =>
    codeClient([`${url}/auth/login`, `${url}/user-settings`, 'app.immich:///oauth-callback'], {
      scopes: ['openid', 'profile', 'email'],
    }),
  steps: facts => {
    const { url, portal, client, secret } = facts
    return [
      ...trust(facts, {
        file: inContainer('immich-server', 'NODE_EXTRA_CA_CERTS'),
        beware: 'Then make the container anew: `docker compose up -d`.',
      }),
      {
        title: 'Turn OAuth on',
        text: 'As the administrator of Immich: Administration, Settings, Authentication Settings, OAuth.',
        fields: [
          ['Issuer URL', portal],
          ['Client ID', client.client_id],
          ['Client Secret', secret],
          ['Token Endpoint Auth Method', 'client_secret_basic'],
          ['Scope', client.scopes.join(' ')],
          ['ID Token Signed Response Algorithm', 'RS256'],
          ['Userinfo Signed Response Algorithm', 'none'],
          ['Storage Label Claim', 'preferred_username'],
          ['Button Text', 'Login with Authelia'],
          ['Auto Register', 'on'],
          ['Auto Launch', 'off'],
          ['Mobile Redirect URI Override', 'off'],
        ],
        beware:
          'Whoever has the mail address of an account at the portal gets that account: let nobody choose their own address there. Administrators are made in Immich alone.',
      },
      {
        title: 'Keep a way back in',
        text: `Leave \`Password Login\` on: ${url}/auth/login?autoLaunch=0 shows its form even with \`Auto Launch\`. If it was turned off:`,
        commands: ['docker exec -it immich_server immich-admin enable-password-login'],
      },
      tryIt(
        `Open ${url} in a private window and press \`Login with Authelia\`; then do the same in the app for phones, which comes back to \`app.immich:///oauth-callback\`.`,
      ),
    ]
  },
}
