import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { json } from '../quote.ts'
import { trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/** `settings.js`, what it needs for this. */
function configuration({ portal, client, secret, settings }: SheetFacts): string {
  const at = endpoints(portal)
  const { admin_group: admins } = settings
  const rights =
    admins === undefined
      ? `// everybody whom the portal lets in may edit
const rightsOf = () => '*'`
      : `// who is in this group may edit, all others may look
const rightsOf = groups => ((groups ?? []).includes(${json(admins)}) ? '*' : 'read')`
  return `${rights}
const rights = new Map()

module.exports = {
  // … your settings stay here …
  adminAuth: {
    type: 'strategy',
    strategy: {
      name: 'openidconnect',
      label: 'Sign in with Authelia',
      icon: 'fa-sign-in',
      strategy: require('passport-openidconnect').Strategy,
      options: {
        issuer: ${json(at.issuer)},
        authorizationURL: ${json(at.authorization)},
        tokenURL: ${json(at.token)},
        userInfoURL: ${json(at.userinfo)},
        clientID: ${json(client.client_id)},
        clientSecret: ${json(secret)},
        callbackURL: ${json(client.redirect_uris[0] ?? '')},
        scope: ${json(client.scopes.filter(scope => scope !== 'openid').join(' '))},
        // with nine arguments the strategy asks the userinfo endpoint, where name and groups are
        verify: (issuer, user, idProfile, context, idToken, accessToken, refreshToken, params, done) => {
          rights.set(user.username, rightsOf(user._json.groups))
          done(null, user)
        },
      },
    },
    users: username => Promise.resolve({ username, permissions: rights.get(username) ?? 'read' }),
  },
}
`
}

export const nodeRed: OidcEntry = {
  kind: 'node-red',
  title: 'Node-RED',
  checked: {
    version:
      'Node-RED 4.1.15 with passport-openidconnect 0.1.2, which a test runs; the sources of 4.0 and 5.0',
    on: '2026-11-24',
    sources: [
      'https://nodered.org/docs/user-guide/runtime/securing-node-red#oauthopenid-based-authentication',
      'https://www.npmjs.com/package/@node-red/editor-api',
      'https://www.npmjs.com/package/passport-openidconnect',
      'https://www.authelia.com/integration/openid-connect/clients/node-red/',
    ],
  },
  settings: {
    admin_group: {
      describe: "Authelia's group whose members may change flows; without it everybody may who can log in.",
      optional: true,
      example: 'admins',
    },
  },
  // passport-openidconnect shows the secret in the body, and sends no challenge.
  client: ({ url }) =>
    codeClient([`${url}/auth/strategy/callback`], {
      token_endpoint_auth_method: 'client_secret_post',
      pkce: 'off',
    }),
  login: () => '/auth/strategy',
  steps: facts => {
    const { url } = facts
    return [
      ...trust(facts, {
        text: 'Node.js has a list of authorities of its own. Copy `gatehouse.crt` to the machine of Node-RED and name it in the environment: for the systemd unit of its installer in `~/.node-red/environment`.',
        commands: authority => [`install -m 0644 -D gatehouse.crt '${authority.replaceAll("'", "'\\''")}'`],
        file: authority => ({
          path: '~/.node-red/environment',
          language: 'ini',
          content: `NODE_EXTRA_CA_CERTS=${authority}\n`,
        }),
      }),
      {
        title: 'Install the strategy',
        text: 'As the user that Node-RED runs as, in its user folder (`/data` in the container):',
        commands: ['npm install --prefix ~/.node-red passport-openidconnect'],
      },
      {
        title: 'Configure it',
        text: 'In `settings.js`, which then holds a secret: make it readable for that user alone. Restart Node-RED.',
        file: { path: '~/.node-red/settings.js', language: 'javascript', content: configuration(facts) },
        beware:
          'This guards the editor and its API. Pages and HTTP nodes that flows serve have a login of their own (`httpNodeAuth`), or stand behind the gateway. Rights are set at login and last as long as the session (a week, `sessionExpiryTime`).',
      },
      {
        title: 'Keep a way back in',
        text: 'Whoever can change `settings.js` gets in: take `adminAuth` out, restart, and put it back.',
      },
      tryIt(`Open ${url} in a private window and press \`Sign in with Authelia\`.`),
    ]
  },
}
