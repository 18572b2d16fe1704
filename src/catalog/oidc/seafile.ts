import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { python } from '../quote.ts'
import { trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/** `seahub_settings.py`, what it needs for this. */
function configuration({ url, portal, client, secret, settings }: SheetFacts): string {
  const at = endpoints(portal)
  const scopes = client.scopes.map(python).join(', ')
  const mail = settings.existing_users === 'by_mail' ? 'email' : 'contact_email'
  return `ENABLE_OAUTH = True
OAUTH_CREATE_UNKNOWN_USER = True
OAUTH_ACTIVATE_USER_AFTER_CREATION = True
OAUTH_ENABLE_INSECURE_TRANSPORT = False
OAUTH_CLIENT_ID = ${python(client.client_id)}
OAUTH_CLIENT_SECRET = ${python(secret)}
OAUTH_REDIRECT_URL = ${python(client.redirect_uris[0] ?? '')}
# a name in Seafile's database: to change it later makes every user a new one
OAUTH_PROVIDER = 'authelia'
OAUTH_PROVIDER_DOMAIN = 'authelia'
OAUTH_AUTHORIZATION_URL = ${python(at.authorization)}
OAUTH_TOKEN_URL = ${python(at.token)}
OAUTH_USER_INFO_URL = ${python(at.userinfo)}
OAUTH_SCOPE = [${scopes}]
OAUTH_ATTRIBUTE_MAP = {
    'sub': (True, 'uid'),
    'name': (False, 'name'),
    'email': (False, ${python(mail)}),
}

# what the callback's own address is made of
SERVICE_URL = ${python(url)}
CSRF_TRUSTED_ORIGINS = [${python(new URL(url).origin)}]

# the clients for desktop and phone log in with the browser; WebDAV gets a password of its own
CLIENT_SSO_VIA_LOCAL_BROWSER = True
ENABLE_WEBDAV_SECRET = True
`
}

export const seafile: OidcEntry = {
  kind: 'seafile',
  title: 'Seafile',
  checked: {
    version: 'Seafile 11 to 13',
    on: '2026-11-24',
    sources: [
      'https://github.com/haiwen/seahub/blob/master/seahub/oauth/views.py',
      'https://manual.seafile.com/latest/config/oauth/',
      'https://www.authelia.com/integration/openid-connect/clients/seafile/',
    ],
  },
  settings: {
    existing_users: {
      describe:
        'Whether somebody who comes from the portal gets the account that has their mail address already (`by_mail`), or a new one.',
      default: 'new',
      choices: ['new', 'by_mail'],
    },
  },
  // requests_oauthlib shows the secret by Basic, and sends no challenge.
  client: ({ url }) =>
    codeClient([`${url}/oauth/callback/`], { scopes: ['openid', 'profile', 'email'], pkce: 'off' }),
  login: () => '/oauth/login/',
  steps: facts => {
    const { url, settings } = facts
    const old = settings.existing_users === 'by_mail'
    return [
      ...trust(facts, {
        text: "Seafile's web interface is a Python program with a list of authorities of its own. Copy `gatehouse.crt` to its machine, then set `REQUESTS_CA_BUNDLE=/etc/ssl/certs/ca-certificates.crt` in its environment (of the container, or of the unit that starts `seahub.sh`):",
      }),
      {
        title: 'Configure it',
        text: 'Add this to `seahub_settings.py`: below `/opt/seafile/conf`, or `/opt/seafile-data/seafile/conf` of a container.',
        file: {
          path: '/opt/seafile/conf/seahub_settings.py',
          language: 'python',
          content: configuration(facts),
        },
        beware: `The redirect URL ends with a slash. A \`SERVICE_URL\` that is set in the System Admin page, or one with http, makes the callback fail with "InsecureTransportError".${
          old
            ? ' Whoever has the mail address of an account at the portal gets that account: let nobody choose their own address there.'
            : ''
        }`,
      },
      {
        title: 'Restart its web interface',
        commands: ['/opt/seafile/seafile-server-latest/seahub.sh restart'],
        beware:
          'If it does not start, `requests_oauthlib` is missing: `pip3 install requests_oauthlib` for the Python that it runs with.',
      },
      {
        title: 'Keep a way back in',
        text: `The login form for mail address and password stays. \`/opt/seafile/seafile-server-latest/reset-admin.sh\` makes an administrator. Users from the portal become administrators at System Admin, Users: Seafile takes no groups.`,
      },
      tryIt(
        `Open ${url} in a private window and press \`Single Sign-On\`. WebDAV and programs that know no browser need the WebDAV password from the settings of each user.`,
      ),
    ]
  },
}
