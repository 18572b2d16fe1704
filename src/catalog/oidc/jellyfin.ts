import { codeClient } from '../oidc-client.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry } from '../types.ts'

const providerOf = ({ settings }: AppFacts): string => settings.provider ?? 'authelia'

export const jellyfin: OidcEntry = {
  kind: 'jellyfin',
  title: 'Jellyfin',
  checked: {
    version: 'SSO-Auth 4.0.0.4',
    on: '2026-11-24',
    sources: [
      'https://github.com/9p4/jellyfin-plugin-sso/blob/main/SSO-Auth/Api/SSOController.cs',
      'https://github.com/9p4/jellyfin-plugin-sso/blob/main/README.md',
      'https://www.authelia.com/integration/openid-connect/clients/jellyfin/',
    ],
  },
  settings: {
    provider: {
      describe: 'The name of the provider in the plugin. It is part of the redirect URI.',
      default: 'authelia',
      shape: {
        pattern: /^[A-Za-z0-9_-]+$/,
        says: 'letters, digits, "_" and "-": it becomes part of an address',
      },
    },
    admin_group: {
      describe: "Authelia's group whose members become administrators.",
      optional: true,
      example: 'admins',
    },
  },
  // Its library shows the secret in the body, and always sends a challenge.
  client: facts =>
    codeClient([`${facts.url}/sso/OID/redirect/${providerOf(facts)}`], {
      token_endpoint_auth_method: 'client_secret_post',
      scopes: ['openid', 'profile', 'groups'],
    }),
  login: facts => `/sso/OID/start/${providerOf(facts)}`,
  steps: facts => {
    const { url, portal, client, secret, settings } = facts
    const { admin_group: admins } = settings
    const start = `${url}/sso/OID/start/${providerOf(facts)}`
    return [
      ...trust(facts, {
        commands: debianThen('systemctl restart jellyfin'),
        beware: 'In a container both commands run inside, after each new image.',
      }),
      {
        title: 'Install the plugin',
        text: 'Dashboard, Plugins, Repositories: add this one. Then install `SSO-Auth` from the catalogue and restart Jellyfin.',
        fields: [
          ['Repository Name', 'Jellyfin SSO-Auth'],
          [
            'Repository URL',
            'https://raw.githubusercontent.com/9p4/jellyfin-plugin-sso/manifest-release/manifest.json',
          ],
        ],
      },
      {
        title: 'Configure it',
        text: 'Dashboard, Plugins, SSO-Auth, Settings. What is not named here stays empty or off.',
        fields: [
          ['Name of OpenID Provider', providerOf(facts)],
          ['OpenID Endpoint', portal],
          ['OpenID Client ID', client.client_id],
          ['OpenID client secret', secret],
          ['Enabled', 'on'],
          ['Enable Authorization by Plugin', admins === undefined ? 'off' : 'on'],
          ['Enable All Folders', 'on'],
          ...(admins === undefined
            ? []
            : [['Admin Roles', admins] as const, ['Role Claim', 'groups'] as const]),
          ['Request Additional Scopes', 'groups'],
          ['Set default username claim', 'preferred_username'],
          ['Disable Pushed Authorization', 'on'],
          ['Scheme Override', 'https'],
        ],
        beware:
          "Users have the same name here as at the portal, and who has an account already gets that one: give nobody at the portal the name of Jellyfin's administrator. Without `Scheme Override` the redirect URI begins with http. A pushed authorization request would show the secret in a way that the portal does not take.",
      },
      {
        title: 'Put a button on the login page',
        text: 'Dashboard, General, Branding, `Login disclaimer`:',
        file: {
          path: 'Login disclaimer',
          language: 'html',
          content: `<form action="${start}">\n  <button class="raised block emby-button button-submit">Sign in with Authelia</button>\n</form>\n`,
        },
      },
      {
        title: 'Keep a way back in',
        text: 'The form for name and password stays. Programs for televisions and phones that cannot follow the login use Quick Connect: log in with a browser and type in their code.',
      },
      tryIt(`Open ${start} in a private window.`),
    ]
  },
}
