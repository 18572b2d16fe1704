import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { yaml } from '../quote.ts'
import { trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/** Where Home Assistant keeps what is its own, in its container and in Home Assistant OS. */
const AUTHORITY = '/config/gatehouse.crt'

/** `configuration.yaml`, what it needs for this. */
function configuration({ portal, client, settings, authority }: SheetFacts): string {
  const { admin_group: admins, link_users: link } = settings
  return `auth_oidc:
  client_id: ${yaml(client.client_id)}
  client_secret: !secret oidc_client_secret
  discovery_url: ${yaml(endpoints(portal).discovery)}
  display_name: 'Authelia'
${admins === undefined ? '' : `  roles:\n    admin: ${yaml(admins)}\n`}${
  link === 'yes' ? '  features:\n    automatic_user_linking: true\n' : ''
}${authority === undefined ? '' : `  network:\n    tls_ca_path: '${AUTHORITY}'\n`}
http:
  use_x_forwarded_for: true
  trusted_proxies: ['127.0.0.1', '::1']
`
}

export const homeAssistant: OidcEntry = {
  kind: 'home-assistant',
  title: 'Home Assistant',
  checked: {
    version: 'hass-oidc-auth 1.1.1',
    on: '2026-11-24',
    sources: [
      'https://github.com/christiaangoossens/hass-oidc-auth/blob/main/docs/configuration.md',
      'https://github.com/christiaangoossens/hass-oidc-auth/blob/main/custom_components/auth_oidc/tools/oidc_client.py',
      'https://www.authelia.com/integration/openid-connect/clients/home-assistant/',
    ],
  },
  settings: {
    admin_group: {
      describe: "Authelia's group whose members become administrators.",
      optional: true,
      example: 'admins',
    },
    link_users: {
      describe:
        'Whether somebody who comes from the portal gets the user that has their name already. Turn it off again once everybody logged in once.',
      default: 'no',
      choices: ['yes', 'no'],
    },
  },
  client: ({ url }) =>
    codeClient([`${new URL(url).origin}/auth/oidc/callback`], {
      token_endpoint_auth_method: 'client_secret_post',
      scopes: ['openid', 'profile', 'groups'],
    }),
  steps: facts => {
    const { url, secret, settings, authority } = facts
    const { admin_group: admins } = settings
    return [
      ...trust(facts, {
        text: 'Home Assistant itself calls the portal, whose certificate comes from the own authority. Copy `gatehouse.crt` into its folder `config`:',
        commands: () => [`install -m 0644 gatehouse.crt ${AUTHORITY}`],
      }),
      {
        title: 'Install the integration',
        text: 'Home Assistant has no OpenID Connect of its own. In HACS look for `OpenID Connect` (hass-oidc-auth), install it and restart.',
      },
      {
        title: 'Keep the secret apart',
        file: {
          path: 'secrets.yaml',
          language: 'yaml',
          content: `oidc_client_secret: ${yaml(secret)}\n`,
        },
      },
      {
        title: 'Configure it',
        text: 'Add this to `configuration.yaml` and restart. `trusted_proxies` names the proxy in front of it.',
        file: { path: 'configuration.yaml', language: 'yaml', content: configuration(facts) },
        beware:
          `Without \`use_x_forwarded_for\` and the right \`trusted_proxies\` Home Assistant takes itself for http, and the redirect URI with it. An entry made on the Integrations page and this file exclude each other. ${
            admins === undefined
              ? 'Out of the box members of a group named `admins` become administrators.'
              : ''
          }${
            settings.link_users === 'yes'
              ? 'Whoever has the name of a user at the portal gets that user with all rights, and without the second factor it had here.'
              : ''
          }`.trimEnd(),
      },
      {
        title: 'Keep a way back in',
        text: `The login of Home Assistant's own users stays: ${url}/?skip_oidc_redirect=true shows it. Leave the owner a password.`,
      },
      tryIt(
        `Open ${url} in a private window: a page asks how to log in. The app for phones shows the same page.`,
        authority === undefined
          ? 'A redirect URI that is refused has another host or http in it: look at the address of the page that refuses.'
          : 'The phone must trust the own authority too, or its app cannot open the portal.',
      ),
    ]
  },
}
