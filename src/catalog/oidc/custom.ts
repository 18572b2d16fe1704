import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import type { OidcEntry } from '../types.ts'

/** An app that the catalogue does not know: `client.redirect_uris` says where it takes the answer. */
export const custom: OidcEntry = {
  kind: 'custom',
  title: 'Another app',
  checked: {
    version: 'OpenID Connect Core 1.0',
    on: '2026-11-24',
    sources: ['https://openid.net/specs/openid-connect-core-1_0.html'],
  },
  settings: {},
  client: () => codeClient([]),
  steps: ({ portal, client, secret }) => {
    const at = endpoints(portal)
    return [
      {
        title: 'Tell the app where Authelia is',
        text: 'Apps that find out the rest themselves want the issuer or the discovery address; the others want each address.',
        fields: [
          ['Issuer', at.issuer],
          ['Discovery', at.discovery],
          ['Authorization', at.authorization],
          ['Token', at.token],
          ['User info', at.userinfo],
          ['Keys (JWKS)', at.jwks],
          ['Client ID', client.client_id],
          ...(client.public ? [] : [['Client secret', secret] as const]),
          ['Scopes', client.scopes.join(' ')],
          ['Redirect URI', client.redirect_uris.join(' ')],
        ],
        beware: 'The redirect URI is compared character by character: port, slash and all.',
      },
    ]
  },
}
