import type { HeaderEntry, IdentityWord } from '../types.ts'
import {
  headerFor,
  listenHost,
  listenPort,
  onlyHere,
  ownKeys,
  publicAddress,
  senderNetworks,
  signOut,
  userHeader,
} from './facts.ts'
import { HEADER_KINDS } from './kinds.ts'

const FIELDS: readonly (readonly [string, IdentityWord])[] = [
  ['Name', 'name'],
  ['Email', 'email'],
  ['Groups', 'groups'],
]

/** Grafana by its auth proxy; `oidc_apps` has it as well. */
export const grafana: HeaderEntry = {
  ...HEADER_KINDS.grafana,
  checked: {
    version: 'the documents of Grafana 13.0, and its source',
    on: '2026-11-24',
    sources: [
      'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/auth-proxy/',
      'https://github.com/grafana/grafana/blob/main/pkg/services/authn/clients/proxy.go',
    ],
    unsure: 'It was read, not run.',
  },
  steps: facts => {
    const { host } = publicAddress(facts)
    const more = FIELDS.flatMap(([field, what]) => {
      const header = headerFor(facts, what)
      return header === undefined ? [] : [`${field}:${header}`]
    })
    return [
      {
        title: 'Trust the headers',
        file: {
          path: '/etc/grafana/grafana.ini',
          language: 'ini',
          content: `[server]
http_addr = ${listenHost(facts)}
http_port = ${listenPort(facts, 3000)}
domain = ${host}
root_url = ${facts.url}/

[auth]
signout_redirect_url = ${signOut(facts)}

[auth.proxy]
enabled = true
header_name = ${userHeader(facts)}
header_property = username
${more.length === 0 ? '' : `headers = ${more.join(' ')}\n`}auto_sign_up = true
sync_ttl = 15
whitelist = ${senderNetworks(facts).join(', ')}
enable_login_token = false

[users]
allow_sign_up = false
auto_assign_org = true
auto_assign_org_role = Viewer
`,
        },
        commands: ['systemctl restart grafana-server'],
        beware:
          'An empty `whitelist` trusts everyone. Write IPv6 with its slash, as here: Grafana puts `/32` behind an address without one, which is far more than one machine. With `enable_login_token = true` a session outlives its user: leave it `false`.',
      },
      {
        title: 'Roles',
        text: 'Gatehouse sends names of groups, and Grafana wants the word Viewer, Editor or Admin as a role: new users are Viewer, and an administrator of Grafana gives them more once (Administration, Users). Grafana Enterprise maps groups to teams (Team Sync); other editions ignore the header.',
        beware:
          'The first administrator is `admin` of Grafana itself. Log in by the gateway once, then as `admin` (by an SSH tunnel to the port, without the header) make your own user a server administrator.',
      },
      ownKeys(
        facts,
        ['/api'],
        'Scripts show a token of a service account of Grafana (Administration, Service accounts).',
      ),
      onlyHere(facts),
    ]
  },
}
