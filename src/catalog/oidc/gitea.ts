import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { sh } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { AppFacts, ClientSettings, OidcEntry, Setting, SheetFacts, Step } from '../types.ts'

/** Gitea and Forgejo, which came from it and sets this up alike. */
export interface Forge {
  readonly program: 'gitea' | 'forgejo'
  readonly title: string
  readonly pkce: ClientSettings['pkce']
  /** What `USERNAME` of `[oauth2_client]` is, so that accounts are named as at the portal. */
  readonly username: 'preferred_username' | 'nickname'
}

const sourceOf = ({ settings }: AppFacts): string => settings.source ?? 'authelia'

export const forgeSettings = ({ program }: Forge): Record<string, Setting> => ({
  source: {
    describe: 'The name of the authentication source. It is part of the redirect URI.',
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
  cli: {
    describe: `How \`${program}\` is called on its machine.`,
    default: `sudo -u git ${program} --config /etc/${program}/app.ini`,
    example: `docker exec -u git ${program} ${program}`,
  },
})

export const forgeClient = (facts: AppFacts, { pkce }: Forge): ClientSettings =>
  codeClient([`${facts.url}/user/oauth2/${sourceOf(facts)}/callback`], {
    scopes: ['openid', 'email', 'profile', 'groups'],
    pkce,
  })

/** A GET there is answered with a redirect to the provider. */
export const forgeLogin = (facts: AppFacts): string => `/user/oauth2/${sourceOf(facts)}`

export function forgeSteps(facts: SheetFacts, { program, title, username }: Forge): Step[] {
  const { url, portal, client, secret, settings } = facts
  const { admin_group: admins, cli = program } = settings
  const source = sourceOf(facts)
  const add = [
    `${cli} admin auth add-oauth --provider=openidConnect --name=${source}`,
    `--key=${sh(client.client_id)} --secret=${sh(secret)}`,
    `--auto-discover-url=${endpoints(portal).discovery}`,
    '--scopes=email --scopes=profile --scopes=groups --group-claim-name=groups',
    ...(admins === undefined ? [] : [`--admin-group=${sh(admins)}`]),
  ].join(' ')
  return [
    ...trust(facts, {
      commands: debianThen(`systemctl restart ${program}`),
      beware: `In a container, mount the file as \`/etc/ssl/certs/gatehouse.crt\` instead: ${title} is a Go program and reads every file there.`,
    }),
    {
      title: `Tell ${title} how accounts are made`,
      text: `Add these to its configuration and restart it. \`ROOT_URL\` is what the redirect URI is made of.`,
      file: {
        path: `/etc/${program}/app.ini`,
        language: 'ini',
        content: `[server]
ROOT_URL = ${url}/

[service]
; nobody makes an account here without the portal
ALLOW_ONLY_EXTERNAL_REGISTRATION = true
SHOW_REGISTRATION_BUTTON = false

[oauth2_client]
; an account is made at the first login, with the user's name at the portal
ENABLE_AUTO_REGISTRATION = true
USERNAME = ${username}
; who has an account already proves it once, with its password
ACCOUNT_LINKING = login
`,
      },
      beware: `Users without a mail address at the portal get no account. \`ACCOUNT_LINKING = auto\` would give an old account to whoever has its name or mail address at the portal. \`[oauth2] ENABLED = false\` breaks the page that links accounts.`,
    },
    {
      title: 'Add the authentication source',
      text: 'On its machine. The same is found at Site Administration, Identity & Access, Authentication Sources, Add.',
      commands: [add],
      beware: `The name \`${source}\` is part of the redirect URI: another name here needs another \`source\` in gatehouse.yml. The secret stands in the history of the shell. A second run adds a second source; to change one, \`${program} admin auth list\` and \`update-oauth --id\`.`,
    },
    ...(admins === undefined
      ? []
      : [
          {
            title: 'Administrators',
            text: `Members of \`${admins}\` are administrators from their next login on, and no longer once they left the group.`,
          },
        ]),
    {
      title: 'Keep a way back in',
      text: `The first account keeps its own password: the login form stays. Without one, \`${cli} admin user create --admin --username rescue --email rescue@localhost --random-password\` makes another.`,
    },
    tryIt(
      `Open ${url}/user/login in a private window and press \`Sign in with ${source}\`.`,
      'Git over https takes no portal: each user makes an access token in their settings, or uses ssh.',
    ),
  ]
}

const forge: Forge = { program: 'gitea', title: 'Gitea', pkce: 'off', username: 'preferred_username' }

export const gitea: OidcEntry = {
  kind: 'gitea',
  title: 'Gitea',
  checked: {
    version: 'Gitea 1.25',
    on: '2026-11-24',
    sources: [
      'https://github.com/go-gitea/gitea/blob/main/services/auth/source/oauth2/providers_openid.go',
      'https://github.com/go-gitea/gitea/blob/main/cmd/admin_auth_oauth.go',
      'https://github.com/go-gitea/gitea/blob/main/modules/setting/oauth2.go',
      'https://github.com/go-gitea/gitea/issues/21376',
      'https://www.authelia.com/integration/openid-connect/clients/gitea/',
    ],
    unsure:
      'from which release on it sends a challenge: the work (pull request 38202) was under way in summer 2026. Where yours does, `client: { pkce: S256 }` asks for it.',
  },
  settings: forgeSettings(forge),
  client: facts => forgeClient(facts, forge),
  login: forgeLogin,
  steps: facts => forgeSteps(facts, forge),
}
