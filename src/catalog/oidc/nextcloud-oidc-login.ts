import { codeClient } from '../oidc-client.ts'
import { php } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry, SheetFacts } from '../types.ts'
import { front, nextcloudSettings, occOf, ownAddress } from './nextcloud.ts'

const SCOPE = 'nextcloud_userinfo'
const CLAIM = 'is_nextcloud_admin'

/** `config/oidc.config.php`, which Nextcloud reads beside its config.php. */
function configuration({ portal, client, secret, settings }: SheetFacts): string {
  const attributes = [
    ['id', 'preferred_username'],
    ['name', 'name'],
    ['mail', 'email'],
    ...(settings.sync_groups === 'yes' ? [['groups', 'groups']] : []),
    ...(settings.admin_group === undefined ? [] : [['is_admin', CLAIM]]),
  ].map(([key = '', claim = '']) => `    ${php(key)} => ${php(claim)},`)
  return `<?php
$CONFIG = [
  'oidc_login_provider_url' => ${php(portal)},
  'oidc_login_client_id' => ${php(client.client_id)},
  'oidc_login_client_secret' => ${php(secret)},
  'oidc_login_scope' => ${php(client.scopes.join(' '))},
  'oidc_login_code_challenge_method' => 'S256',
  'oidc_login_attributes' => [
${attributes.join('\n')}
  ],
  'oidc_login_button_text' => 'Log in with Authelia',
  'oidc_login_disable_registration' => false,
  'oidc_login_auto_redirect' => false,
  'oidc_login_redir_fallback' => false,
  'oidc_create_groups' => ${settings.sync_groups === 'yes'},
  'allow_user_to_change_display_name' => false,
  'lost_password_link' => 'disabled',
];
`
}

const groupClaims = ({ settings }: AppFacts) =>
  settings.admin_group === undefined ? [] : [{ scope: SCOPE, claim: CLAIM, group: settings.admin_group }]

export const nextcloudOidcLogin: OidcEntry = {
  kind: 'nextcloud-oidc-login',
  title: 'Nextcloud (OpenID Connect Login)',
  checked: {
    version: 'oidc_login 3.3.1 (Nextcloud 30 to 33)',
    on: '2026-11-24',
    sources: [
      'https://github.com/pulsejet/nextcloud-oidc-login/blob/master/README.md',
      'https://github.com/pulsejet/nextcloud-oidc-login/blob/master/lib/Service/LoginService.php',
      'https://www.authelia.com/integration/openid-connect/clients/nextcloud/',
    ],
  },
  settings: {
    ...nextcloudSettings,
    sync_groups: {
      describe: 'Whether Nextcloud takes over all groups of the portal, and forgets its own.',
      default: 'no',
      choices: ['yes', 'no'],
    },
    admin_group: {
      describe: "Authelia's group whose members become administrators.",
      optional: true,
      example: 'admins',
    },
  },
  client: facts => {
    const claims = groupClaims(facts)
    return codeClient([`${facts.url}${front(facts)}/apps/oidc_login/oidc`], {
      scopes: ['openid', 'profile', 'email', 'groups', ...claims.map(({ scope }) => scope)],
      group_claims: claims,
    })
  },
  login: facts => `${front(facts)}/apps/oidc_login/oidc`,
  steps: facts => {
    const { url, settings } = facts
    const occ = occOf(facts)
    const { admin_group: admins } = settings
    return [
      ...trust(facts, {
        commands: debianThen('systemctl restart apache2'),
        beware:
          'With PHP-FPM restart that instead. In a container both commands run inside, after each new image. `oidc_login_tls_verify` is no way out: without it anybody on the way can be anybody.',
      }),
      ownAddress(facts),
      {
        title: 'Install the app',
        text: 'It is called `OpenID Connect Login`. Where `OpenID Connect user backend` is there too, use one of them.',
        commands: [`${occ} app:install oidc_login`],
      },
      {
        title: 'Configure it',
        text: "A file of its own in Nextcloud's folder `config`, readable by the web server's user alone; Nextcloud reads it beside config.php.",
        file: {
          path: '/var/www/nextcloud/config/oidc.config.php',
          language: 'php',
          content: configuration(facts),
        },
        beware:
          "The app comes with `oidc_login_disable_registration` on: nobody new could log in. Users have the same name here as at the portal: give nobody there the name of Nextcloud's own administrator.",
      },
      ...(settings.sync_groups === 'yes'
        ? [
            {
              title: 'Groups',
              text: 'At each login a user leaves all groups that the portal does not name.',
              beware:
                'A user without any group at the portal cannot log in at all ("Groups field must be an array").',
            },
          ]
        : []),
      ...(admins === undefined
        ? []
        : [
            {
              title: 'Administrators',
              text: `Members of \`${admins}\` are administrators from their next login on, all others are not, whatever Nextcloud said before.`,
              beware: `The claim \`${CLAIM}\` must be true or false, as it is here. With "yes" and "no", as some guides have it, everybody becomes an administrator: PHP takes "no" for true.`,
            },
          ]),
      {
        title: 'Keep a way back in',
        text: `${url}${front(facts)}/login?noredir=1 always shows the form for a name and a password.`,
      },
      tryIt(
        `Open ${url} in a private window and press \`Log in with Authelia\`. The apps for desktop and phone open the same page; WebDAV and calendars need an app password from the settings of each user.`,
      ),
    ]
  },
}
