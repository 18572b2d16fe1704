import { codeClient } from '../oidc-client.ts'
import { list, sh } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { OidcEntry, Setting } from '../types.ts'

/** The realm of both Proxmox programs: users are called `alice@authelia` there. */
export const realm: Setting = {
  describe: 'The name of the realm in Proxmox; users are called `alice@authelia` there.',
  default: 'authelia',
  shape: {
    pattern: /^[A-Za-z][A-Za-z0-9._-]{1,31}$/,
    says: '2 to 32 letters, digits and "._-", a letter first',
  },
}

/** The web interface sends its own origin as the redirect URI (`location.origin`): port, and no slash. */
export const origin = (url: string): string => new URL(url).origin

const node = /https:\/\/[^\s,/?#]+/.source

export const proxmox: OidcEntry = {
  kind: 'proxmox',
  title: 'Proxmox VE',
  checked: {
    version: 'Proxmox VE 9.1 (libpve-access-control 9.1.1, pve-manager 9.2.11)',
    on: '2026-11-24',
    sources: [
      'https://github.com/proxmox/pve-access-control/blob/master/src/PVE/API2/OpenId.pm',
      'https://github.com/proxmox/pve-manager/blob/master/www/manager6/window/LoginWindow.js',
      'https://pve.proxmox.com/pve-docs/chapter-pveum.html#pveum_openid',
      'https://www.authelia.com/integration/openid-connect/clients/proxmox/',
    ],
    unsure:
      "the source of the library that sends the challenge and the secret (proxmox-openid) was not at hand; both are as Authelia's own page for 4.39.20 says.",
  },
  settings: {
    realm,
    admin_group: {
      describe: "Authelia's group whose members become administrators.",
      optional: true,
      shape: {
        pattern: /^[A-Za-z0-9._-]+$/,
        says: 'letters, digits and "._-": Proxmox takes no other group',
      },
      example: 'admins',
    },
    nodes: {
      describe: 'The addresses of the other nodes of a cluster: one logs in at each under its own.',
      optional: true,
      shape: {
        pattern: new RegExp(`^${node}(\\s*,\\s*${node})*$`),
        says: 'https addresses with their ports, and commas between',
      },
      example: 'https://pve2.example.com:8006',
    },
  },
  client: ({ url, settings }) =>
    codeClient([...new Set([url, ...list(settings.nodes)].map(origin))], {
      scopes: ['openid', 'email', 'profile', 'groups'],
    }),
  steps: facts => {
    const { portal, url, client, secret, settings } = facts
    const { realm: name = 'authelia', admin_group: admins } = settings
    const group = admins === undefined ? undefined : `${admins}-${name}`
    const add = [
      `pveum realm add ${sh(name)} --type openid --issuer-url ${sh(portal)}`,
      `--client-id ${sh(client.client_id)} --client-key ${sh(secret)}`,
      "--username-claim username --autocreate 1 --scopes 'email profile groups'",
      ...(group === undefined ? [] : ['--groups-claim groups --groups-overwrite 1']),
      "--comment 'Single sign-on'",
    ].join(' ')
    return [
      ...trust(facts, {
        commands: debianThen('systemctl restart pvedaemon pveproxy'),
        beware: 'In a cluster, on every node.',
      }),
      {
        title: 'Add the realm',
        text: 'As root on one node. The same is found at Datacenter, Permissions, Realms, Add, OpenID Connect Server.',
        commands: [add],
        beware:
          'The username claim is set once, when the realm is made: a realm with a wrong one must be removed and added again. The secret stands in the history of the shell.',
      },
      {
        title: 'Say who may do what',
        text:
          group === undefined
            ? `A user who logs in for the first time sees nothing until somebody gives them rights. For an administrator called \`alice\`, after her first login:`
            : `Proxmox calls Authelia's group \`${admins}\` \`${group}\`, and takes only groups that exist there. At each login the groups are set anew, so that who leaves the group in Authelia is no administrator at the next login.`,
        commands:
          group === undefined
            ? [`pveum acl modify / --users alice@${name} --roles Administrator`]
            : [
                `pveum group add ${sh(group)}`,
                `pveum acl modify / --groups ${sh(group)} --roles Administrator`,
              ],
        ...(group === undefined
          ? {}
          : { beware: 'Groups of OpenID Connect came with Proxmox VE 8.4; older ones refuse the options.' }),
      },
      {
        title: 'Keep a way back in',
        text: 'Leave `root@pam` enabled, with a second factor of its own. The realm `Linux PAM standard authentication` on the login page works while the portal does not.',
      },
      tryIt(
        `Open ${url} in a private window, choose the realm \`${name}\` and press the login button.`,
        `One logs in under exactly ${client.redirect_uris.join(' or ')}: an IP address or another name of the node ends with an unknown redirect URI. A failed login says why in \`journalctl -u pvedaemon\`.`,
      ),
    ]
  },
}
