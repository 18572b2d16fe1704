import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { list, pattern, sh } from '../quote.ts'
import { trust, tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry, Setting, Step } from '../types.ts'

/** What both Nextcloud apps ask. */
export const nextcloudSettings: Readonly<Record<string, Setting>> = {
  pretty_urls: {
    describe: 'Whether addresses go without `/index.php`. It is part of the redirect URI.',
    default: 'yes',
    choices: ['yes', 'no'],
  },
  occ: {
    describe: 'How `occ` is called on the machine of Nextcloud.',
    default: 'sudo -E -u www-data php /var/www/nextcloud/occ',
    example: 'docker exec -u www-data nextcloud php occ',
  },
}

/** Where routes of apps begin. */
export const front = ({ settings }: AppFacts): string => (settings.pretty_urls === 'no' ? '/index.php' : '')

export const occOf = ({ settings }: AppFacts): string => settings.occ ?? 'occ'

/** The redirect URI is made of what Nextcloud thinks its own address is. */
export function ownAddress(facts: AppFacts): Step {
  const { url, settings } = facts
  const occ = occOf(facts)
  const pretty = settings.pretty_urls !== 'no'
  return {
    title: 'Let Nextcloud know its own address',
    text: pretty
      ? `Behind a proxy it takes itself for http. The last two make addresses without \`/index.php\` under Apache; under NGINX it is \`${occ} config:system:set htaccess.IgnoreFrontController --type=boolean --value=true\` instead.`
      : 'Behind a proxy it takes itself for http.',
    commands: [
      `${occ} config:system:set overwrite.cli.url --value=${sh(`${url}/`)}`,
      `${occ} config:system:set overwriteprotocol --value=https`,
      ...(pretty
        ? [
            `${occ} config:system:set htaccess.RewriteBase --value=${sh(new URL(url).pathname)}`,
            `${occ} maintenance:update:htaccess`,
          ]
        : []),
    ],
    beware: pretty
      ? 'If the address in the browser still has `/index.php/` in it, so has the redirect URI, and the portal refuses it: make this work first, or write `settings: { pretty_urls: no }`. A proxy that takes the path off wants a RewriteBase of `/`.'
      : 'The redirect URI has `/index.php/` in it. Once pretty URLs work, it has not: take the setting out then.',
  }
}

export const nextcloud: OidcEntry = {
  kind: 'nextcloud',
  title: 'Nextcloud',
  checked: {
    version: 'user_oidc 8.10.1 (Nextcloud 29 to 35)',
    on: '2026-11-24',
    sources: [
      'https://github.com/nextcloud/user_oidc/blob/main/README.md',
      'https://github.com/nextcloud/user_oidc/blob/main/lib/Controller/LoginController.php',
      'https://github.com/nextcloud/user_oidc/blob/main/lib/Command/UpsertProvider.php',
      'https://github.com/nextcloud/server/blob/master/lib/private/Http/Client/Client.php',
      'https://www.authelia.com/integration/openid-connect/clients/nextcloud/',
    ],
  },
  settings: {
    ...nextcloudSettings,
    sync_groups: {
      describe: "Authelia's groups that Nextcloud shall know too, with commas between.",
      optional: true,
      example: 'family, friends',
    },
  },
  // It shows its secret in the body wherever the discovery document offers that, as Authelia's does. It looks
  // for the user in the ID token alone, unless config.php says otherwise.
  client: facts =>
    codeClient([`${facts.url}${front(facts)}/apps/user_oidc/code`], {
      token_endpoint_auth_method: 'client_secret_post',
      id_token_claims: ['preferred_username', 'name', 'email', 'groups'],
    }),
  login: facts => `${front(facts)}/apps/user_oidc/login/1`,
  steps: facts => {
    const { url, portal, client, secret, settings } = facts
    const occ = occOf(facts)
    const groups = list(settings.sync_groups)
    const allowed = `/^(${groups.map(pattern).join('|')})$/`
    const provider = [
      `${occ} user_oidc:provider authelia`,
      `--clientid=${sh(client.client_id)} --clientsecret=${sh(secret)}`,
      `--discoveryuri=${endpoints(portal).discovery} --scope='openid profile email groups'`,
      '--unique-uid=0 --mapping-uid=preferred_username --mapping-display-name=name --mapping-email=email',
      ...(groups.length === 0
        ? []
        : [`--mapping-groups=groups --group-provisioning=1 --group-whitelist-regex=${sh(allowed)}`]),
    ].join(' ')
    return [
      ...trust(facts, {
        text: 'Nextcloud has a list of authorities of its own. Copy `gatehouse.crt` to its machine (into its container, if it has one), then:',
        commands: authority => [`${occ} security:certificates:import ${sh(authority)}`],
      }),
      ownAddress(facts),
      {
        title: 'If the portal has an address of the home network',
        text: 'Nextcloud refuses to call such addresses, and says that the host "violates local access rules". This lets it:',
        commands: [`${occ} config:system:set allow_local_remote_servers --type=boolean --value=true`],
        beware: 'It lets everything in Nextcloud that fetches an address fetch from the home network too.',
      },
      {
        title: 'Add the provider',
        text: 'The app `OpenID Connect user backend` (user_oidc) does the login.',
        commands: [`${occ} app:install user_oidc`, provider],
        beware:
          "Users have the same name here as at the portal (`--unique-uid=0`), so that who has an account already keeps it: give nobody at the portal the name of Nextcloud's own administrator. The secret stands in the history of the shell.",
      },
      ...(groups.length === 0
        ? []
        : [
            {
              title: 'Groups',
              text: `At each login ${groups.map(group => `\`${group}\``).join(', ')} are taken over from the portal; Nextcloud's other groups stay as they are.`,
              beware: groups.includes('admin')
                ? 'Members of `admin` at the portal are administrators of Nextcloud.'
                : 'To make administrators at the portal, have a group named `admin` there, and name it in `sync_groups`.',
            },
          ]),
      {
        title: 'Keep a way back in',
        text: `${url}${front(facts)}/login?direct=1 always shows the form for a name and a password. Who wants no other login than the portal's leaves that form out for everybody else:`,
        commands: [`${occ} config:app:set --type=string --value=0 user_oidc allow_multiple_user_backends`],
      },
      tryIt(
        `Open ${url} in a private window and press \`Login with authelia\`. The apps for desktop and phone open the same page; WebDAV and calendars need an app password from the settings of each user.`,
        'The first provider has the number 1. Where there were others before, `occ user_oidc:provider` lists them.',
      ),
    ]
  },
}
