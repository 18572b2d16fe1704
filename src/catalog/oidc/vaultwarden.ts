import { codeClient } from '../oidc-client.ts'
import { inContainer, service, trust, tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry } from '../types.ts'

/** Whether a session in the vault ends with what the portal says. */
const bound = ({ settings }: AppFacts): boolean => settings.session === 'portal'

export const vaultwarden: OidcEntry = {
  kind: 'vaultwarden',
  title: 'Vaultwarden',
  checked: {
    version: 'Vaultwarden 1.35 to 1.37',
    on: '2026-11-24',
    sources: [
      'https://github.com/dani-garcia/vaultwarden/blob/main/src/sso_client.rs',
      'https://github.com/dani-garcia/vaultwarden/blob/main/.env.template',
      'https://github.com/dani-garcia/vaultwarden/wiki/Enabling-SSO-support-using-OpenId-Connect',
      'https://www.authelia.com/integration/openid-connect/clients/vaultwarden/',
    ],
    unsure: 'that it reads `SSL_CERT_FILE` is what its libraries say; it was not tried.',
  },
  settings: {
    session: {
      describe:
        'How long a login lasts: `vaultwarden`: as long as Vaultwarden says. `portal`: it is renewed at the portal, which asks each user for consent, and ends once they may not log in there any more.',
      default: 'vaultwarden',
      choices: ['vaultwarden', 'portal'],
    },
  },
  client: facts =>
    codeClient(
      [`${facts.url}/identity/connect/oidc-signin`],
      bound(facts)
        ? {
            scopes: ['openid', 'profile', 'email', 'offline_access'],
            grant_types: ['authorization_code', 'refresh_token'],
          }
        : { scopes: ['openid', 'profile', 'email'] },
    ),
  steps: facts => {
    const { url, portal, client, secret } = facts
    return [
      ...trust(facts, {
        file: inContainer('vaultwarden', 'SSL_CERT_FILE'),
        beware: 'Then make the container anew: `docker compose up -d`.',
      }),
      {
        title: 'Configure it',
        text: 'Add this to its compose file and make the container anew: `docker compose up -d`.',
        file: {
          path: 'compose.yml',
          language: 'yaml',
          content: service('vaultwarden', {
            environment: {
              DOMAIN: url,
              SSO_ENABLED: 'true',
              SSO_ONLY: 'false',
              SSO_AUTHORITY: portal,
              SSO_CLIENT_ID: client.client_id,
              SSO_CLIENT_SECRET: secret,
              SSO_SCOPES: client.scopes.filter(scope => scope !== 'openid').join(' '),
              SSO_PKCE: 'true',
              SSO_SIGNUPS_MATCH_EMAIL: 'true',
              SSO_AUTH_ONLY_NOT_SESSION: bound(facts) ? 'false' : 'true',
            },
          }),
        },
        beware:
          'What was saved on the admin page (`config.json`) wins over these variables. The redirect URI is made of `DOMAIN`. `SSO_AUTHORITY` has no slash at the end. Variables like `SSO_ROLES_ENABLED`, which some guides have, are of OIDCWarden, another program.',
      },
      {
        title: 'Tell your users',
        text: 'Each still has a master password: it decrypts the vault, and the portal never sees it. Whoever has an account already keeps it if its mail address is the one at the portal; everybody needs a mail address there.',
      },
      {
        title: 'Keep a way back in',
        text: 'With `SSO_ONLY` off, mail address and master password still log in. Before you turn it on, make sure that the portal does not need a password that is in the vault alone.',
      },
      tryIt(
        `Open ${url} in a private window, type a mail address and press \`Use single sign-on\`; where it asks for an SSO identifier, any will do.`,
      ),
    ]
  },
}
