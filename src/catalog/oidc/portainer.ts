import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { service, trust, tryIt } from '../steps.ts'
import type { OidcEntry } from '../types.ts'

export const portainer: OidcEntry = {
  kind: 'portainer',
  title: 'Portainer',
  checked: {
    version: 'Portainer CE 2.23',
    on: '2026-11-24',
    sources: [
      'https://github.com/portainer/portainer/blob/develop/api/oauth/oauth.go',
      'https://github.com/portainer/portainer/blob/develop/api/http/handler/settings/settings_public.go',
      'https://docs.portainer.io/admin/settings/authentication/oauth',
      'https://www.authelia.com/integration/openid-connect/clients/portainer/',
    ],
  },
  settings: {},
  client: ({ url }) => codeClient([url], { token_endpoint_auth_method: 'client_secret_post', pkce: 'off' }),
  // The address of the authorization request stands in these settings, as OAuthLoginURI.
  login: () => '/api/settings/public',
  steps: facts => {
    const { portal, url, client, secret } = facts
    const at = endpoints(portal)
    return [
      ...trust(facts, {
        file: authority => ({
          path: 'compose.yml',
          language: 'yaml',
          content: service('portainer', { volumes: [`${authority}:/etc/ssl/certs/gatehouse.crt:ro`] }),
        }),
        beware:
          'Then make the container anew. Portainer is a Go program and reads every file in `/etc/ssl/certs`.',
      }),
      {
        title: 'Turn OAuth on',
        text: 'As an administrator of Portainer: Settings, Authentication, Authentication method `OAuth`, Provider `Custom`.',
        fields: [
          ['Use SSO', 'on'],
          ['Automatic user provisioning', 'on'],
          ['Client ID', client.client_id],
          ['Client secret', secret],
          ['Authorization URL', at.authorization],
          ['Access token URL', at.token],
          ['Resource URL', at.userinfo],
          ['Redirect URL', client.redirect_uris.join(' ')],
          ['Logout URL', `${portal}/logout`],
          ['User identifier', 'preferred_username'],
          ['Scopes', client.scopes.join(' ')],
          ['Auth Style', 'In Params'],
        ],
        beware:
          'The Redirect URL has no slash at the end. With `Use SSO` off Portainer asks for the password at every login. `Auto Detect` as Auth Style tries the wrong way first.',
      },
      {
        title: 'Say who may do what',
        text: 'A user who comes for the first time is a standard user without any environment, unless `Default team` names a team that has some. Administrators are made at Users, after their first login: the Community Edition takes no groups.',
      },
      {
        title: 'Keep a way back in',
        text: 'The administrator that Portainer was set up with still logs in with its own password: `Use internal authentication` on the login page.',
        beware: 'Write that password down before you turn OAuth on.',
      },
      tryIt(`Open ${url} in a private window and press \`Login with OAuth\`.`),
    ]
  },
}
