import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { ini } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/**
 * The JMESPath expression for a role. `groups` is null for who has none, which `contains` takes for an
 * error (tried with both Go libraries that Grafana has used): hence `not_null`.
 */
function role({ settings }: SheetFacts): string | undefined {
  const of = (group: string | undefined, name: string): string[] =>
    group === undefined
      ? []
      : [`contains(not_null(groups, ''), '${group.replaceAll("'", "\\'")}') && '${name}'`]
  const rules = [...of(settings.admin_group, 'GrafanaAdmin'), ...of(settings.editor_group, 'Editor')]
  return rules.length === 0 ? undefined : [...rules, "'Viewer'"].join(' || ')
}

/** `grafana.ini`, what it needs for this. */
function configuration(facts: SheetFacts): string {
  const { url, portal, client, secret, authority } = facts
  const at = endpoints(portal)
  const roles = role(facts)
  const lines = [
    ['enabled', 'true'],
    ['name', 'Authelia'],
    ['client_id', client.client_id],
    ['client_secret', secret],
    ['scopes', client.scopes.join(' ')],
    ['auth_url', at.authorization],
    ['token_url', at.token],
    ['api_url', at.userinfo],
    ['auth_style', 'InHeader'],
    ['use_pkce', 'true'],
    ['use_refresh_token', 'false'],
    ['login_attribute_path', 'preferred_username'],
    ['name_attribute_path', 'name'],
    ['email_attribute_path', 'email'],
    ['groups_attribute_path', 'groups'],
    ...(roles === undefined
      ? [['skip_org_role_sync', 'true']]
      : [
          ['role_attribute_path', roles],
          ['allow_assign_grafana_admin', 'true'],
        ]),
    ...(authority === undefined ? [] : [['tls_client_ca', authority]]),
  ]
  const below = new URL(url).pathname === '/' ? '' : 'serve_from_sub_path = true\n'
  return `[server]
root_url = ${url}/
${below}
[auth.generic_oauth]
${lines.map(([key = '', value = '']) => `${key} = ${ini(value)}`).join('\n')}
`
}

export const grafana: OidcEntry = {
  kind: 'grafana',
  title: 'Grafana',
  checked: {
    version: 'Grafana 13.1',
    on: '2026-11-24',
    sources: [
      'https://grafana.com/docs/grafana/latest/setup-grafana/configure-access/configure-authentication/generic-oauth/',
      'https://www.authelia.com/integration/openid-connect/clients/grafana/',
    ],
  },
  settings: {
    admin_group: {
      describe: "Authelia's group whose members become administrators of the whole server.",
      optional: true,
      example: 'admins',
    },
    editor_group: {
      describe: "Authelia's group whose members may edit; all others may look.",
      optional: true,
      example: 'editors',
    },
  },
  // A role that it finds with what the ID token says is the one it takes: groups must be in there.
  client: ({ url }) =>
    codeClient([`${url}/login/generic_oauth`], {
      id_token_claims: ['email', 'name', 'groups', 'preferred_username'],
    }),
  login: () => '/login/generic_oauth',
  steps: facts => {
    const { url } = facts
    const roles = role(facts) !== undefined
    return [
      ...trust(facts, {
        commands: debianThen(),
        beware: 'In a container, mount the file where `tls_client_ca` below names it.',
      }),
      {
        title: 'Configure it',
        text: 'Add this to `grafana.ini` and restart Grafana. With the container each is a variable: `GF_AUTH_GENERIC_OAUTH_CLIENT_ID` and so on.',
        file: { path: '/etc/grafana/grafana.ini', language: 'ini', content: configuration(facts) },
        beware: `A form that was saved at Administration, Authentication wins over this file. ${
          roles
            ? 'Roles are set anew at each login: what is changed in Grafana lasts until then.'
            : 'Users who come for the first time are Viewers; their roles are given in Grafana.'
        } With refresh tokens on, Grafana would log everybody out after an hour.`,
      },
      {
        title: 'If somebody has an account already',
        text: 'Grafana refuses a login whose name or mail address a local account has. Delete that account, or let the first login find it by mail address: `oauth_allow_insecure_email_lookup = true` below `[auth]`, until everybody has logged in once.',
      },
      {
        title: 'Keep a way back in',
        text: 'The form for name and password stays as long as `disable_login_form` is not set. `grafana cli admin reset-admin-password` sets a new password for `admin`.',
      },
      tryIt(`Open ${url}/login in a private window and press \`Sign in with Authelia\`.`),
    ]
  },
}
