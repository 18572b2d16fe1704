import { codeClient } from '../oidc-client.ts'
import { json } from '../quote.ts'
import { inContainer, service, trust, tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry, SheetFacts } from '../types.ts'

const providerOf = ({ settings }: AppFacts): string => settings.provider ?? 'authelia'

/** The variables, as Paperless reads them from a compose file or from `paperless.conf`. */
function variables(facts: SheetFacts): Record<string, string> {
  const { url, portal, client, secret, settings } = facts
  const { origin, pathname } = new URL(url)
  const app = [
    `"provider_id":${json(providerOf(facts))},"name":"Authelia"`,
    `"client_id":${json(client.client_id)},"secret":${json(secret)}`,
    `"settings":{"server_url":${json(portal)},"token_auth_method":"client_secret_basic"}`,
  ].join(',')
  const scopes = client.scopes.map(json).join(',')
  return {
    PAPERLESS_URL: origin,
    ...(pathname === '/' ? {} : { PAPERLESS_FORCE_SCRIPT_NAME: pathname }),
    PAPERLESS_APPS: 'allauth.socialaccount.providers.openid_connect',
    PAPERLESS_SOCIALACCOUNT_PROVIDERS: `{"openid_connect":{"SCOPE":[${scopes}],"OAUTH_PKCE_ENABLED":true,"APPS":[{${app}}]}}`,
    PAPERLESS_SOCIAL_AUTO_SIGNUP: 'true',
    PAPERLESS_SOCIAL_ACCOUNT_SYNC_GROUPS: settings.sync_groups === 'yes' ? 'true' : 'false',
  }
}

export const paperless: OidcEntry = {
  kind: 'paperless',
  title: 'Paperless-ngx',
  checked: {
    version: 'Paperless-ngx 2.13 to 2.20',
    on: '2026-11-24',
    sources: [
      'https://docs.paperless-ngx.com/configuration/#authentication',
      'https://github.com/paperless-ngx/paperless-ngx/blob/main/src/paperless/signals.py',
      'https://github.com/pennersr/django-allauth/blob/main/allauth/socialaccount/providers/openid_connect/views.py',
      'https://www.authelia.com/integration/openid-connect/clients/paperless/',
    ],
  },
  settings: {
    provider: {
      describe: 'The name of the provider in Paperless. It is part of the redirect URI.',
      default: 'authelia',
      shape: {
        pattern: /^[A-Za-z0-9_-]+$/,
        says: 'letters, digits, "_" and "-": it becomes part of an address',
      },
    },
    sync_groups: {
      describe:
        'Whether a user is put into the groups of Paperless that are named as their groups at the portal.',
      default: 'no',
      choices: ['yes', 'no'],
    },
  },
  client: facts => codeClient([`${facts.url}/accounts/oidc/${providerOf(facts)}/login/callback/`]),
  steps: facts => {
    const { url, settings } = facts
    return [
      ...trust(facts, {
        file: inContainer('webserver', 'REQUESTS_CA_BUNDLE'),
        beware:
          'Paperless is a Python program with a list of authorities of its own; this gives it the one of the host. Then make the container anew.',
      }),
      {
        title: 'Configure it',
        text: 'Add this to its compose file and make the container anew: `docker compose up -d`. Without a container the same names stand in `paperless.conf`.',
        file: {
          path: 'compose.yml',
          language: 'yaml',
          content: service('webserver', { environment: variables(facts) }),
        },
        beware: `The redirect URI ends with a slash, and has the name \`${providerOf(facts)}\` in it. The proxy must pass on the Host header: Paperless makes the address of it.`,
      },
      {
        title: 'Say who may do what',
        text:
          settings.sync_groups === 'yes'
            ? 'A new user sees nothing. Make groups in Paperless that are named as at the portal and give them rights: at each login a user is put into those and taken out of all others. Superusers are made at Settings, Users & Groups.'
            : 'A new user sees nothing until somebody gives them rights or groups at Settings, Users & Groups.',
      },
      {
        title: 'Whoever has an account already',
        text: 'logs in with the password once more, opens My Profile and connects it with Authelia there. Otherwise the first login makes a second account.',
      },
      {
        title: 'Keep a way back in',
        text: 'Leave `PAPERLESS_DISABLE_REGULAR_LOGIN` alone: the form for name and password stays, and the apps for phones need it or an API token. Another superuser:',
        commands: ['docker compose exec webserver createsuperuser'],
      },
      tryIt(`Open ${url} in a private window and press \`Authelia\` below the form.`),
    ]
  },
}
