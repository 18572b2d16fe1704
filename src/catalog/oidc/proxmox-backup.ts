import { codeClient } from '../oidc-client.ts'
import { sh } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { OidcEntry } from '../types.ts'
import { origin, realm } from './proxmox.ts'

export const proxmoxBackup: OidcEntry = {
  kind: 'proxmox-backup',
  title: 'Proxmox Backup Server',
  checked: {
    version: 'Proxmox Backup Server 3.2.4',
    on: '2026-11-24',
    sources: [
      'https://github.com/proxmox/proxmox-backup/blob/master/src/api2/access/openid.rs',
      'https://github.com/proxmox/proxmox-backup/blob/master/www/LoginView.js',
      'https://pbs.proxmox.com/docs/user-management.html#openid-connect',
      'https://www.authelia.com/integration/openid-connect/clients/proxmox/',
    ],
    unsure:
      "whether version 4 reads groups (3.2 does not); challenge and secret are as Authelia's own page for 4.39.20 says.",
  },
  settings: { realm },
  client: ({ url }) => codeClient([origin(url)], { scopes: ['openid', 'email', 'profile'] }),
  steps: facts => {
    const { portal, url, client, secret, settings } = facts
    const { realm: name = 'authelia' } = settings
    const create = [
      `proxmox-backup-manager openid create ${sh(name)} --issuer-url ${sh(portal)}`,
      `--client-id ${sh(client.client_id)} --client-key ${sh(secret)}`,
      "--username-claim username --autocreate true --scopes 'email profile'",
    ].join(' ')
    return [
      ...trust(facts, { commands: debianThen('systemctl restart proxmox-backup proxmox-backup-proxy') }),
      {
        title: 'Add the realm',
        text: 'As root. The same is found at Access Control, Realms, Add, OpenID Connect Server.',
        commands: [create],
        beware:
          'The username claim is set once, when the realm is made: a realm with a wrong one must be deleted and made again. The secret stands in the history of the shell.',
      },
      {
        title: 'Say who may do what',
        text: 'Proxmox Backup Server takes no groups: each user gets rights after the first login. For an administrator called `alice`:',
        commands: [`proxmox-backup-manager acl update / Admin --auth-id alice@${name}`],
      },
      {
        title: 'Keep a way back in',
        text: 'Leave `root@pam` enabled, with a second factor of its own, and let backup jobs use API tokens: they need no login page.',
      },
      tryIt(
        `Open ${url} in a private window, choose the realm \`${name}\` and press the login button.`,
        `One logs in under exactly ${client.redirect_uris.join(' or ')}, port and all.`,
      ),
    ]
  },
}
