import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { properties, sh } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/** `guacamole.properties`, what it needs for this. */
function configuration({ portal, client }: SheetFacts): string {
  const at = endpoints(portal)
  const lines = [
    // Guacamole sends no state, which Authelia wants; the nonce is what protects this flow.
    ['openid-authorization-endpoint', `${at.authorization}?state=guacamole-sends-none`],
    ['openid-jwks-endpoint', at.jwks],
    ['openid-issuer', at.issuer],
    ['openid-client-id', client.client_id],
    ['openid-redirect-uri', client.redirect_uris[0] ?? ''],
    ['openid-scope', client.scopes.join(' ')],
    ['openid-username-claim-type', 'preferred_username'],
    ['openid-groups-claim-type', 'groups'],
    ['extension-priority', '*, openid'],
  ]
  return `${lines.map(([name = '', value = '']) => `${name}: ${properties(value)}`).join('\n')}\n`
}

export const guacamole: OidcEntry = {
  kind: 'guacamole',
  title: 'Apache Guacamole',
  checked: {
    version: 'Guacamole 1.6',
    on: '2026-11-24',
    sources: [
      'https://guacamole.apache.org/doc/gug/openid-auth.html',
      'https://github.com/apache/guacamole-client/tree/main/extensions/guacamole-auth-sso/modules/guacamole-auth-sso-openid',
      'https://www.authelia.com/integration/openid-connect/clients/apache-guacamole/',
    ],
  },
  settings: {
    admin_group: {
      describe: "Authelia's group whose members become administrators.",
      optional: true,
      example: 'admins',
    },
  },
  // The implicit flow: the browser carries the ID token, and nothing is asked at userinfo.
  client: ({ url }) =>
    codeClient([`${url}/`], {
      public: true,
      token_endpoint_auth_method: 'none',
      pkce: 'off',
      grant_types: ['implicit'],
      response_types: ['id_token'],
      id_token_claims: ['preferred_username', 'groups', 'email', 'name'],
    }),
  steps: facts => {
    const { url, settings, authority } = facts
    const { admin_group: admins } = settings
    return [
      ...trust(facts, {
        text: 'Guacamole fetches the keys of the portal, and Java has a list of authorities of its own. Copy `gatehouse.crt` to its machine, then:',
        commands: debianThen(
          `keytool -importcert -noprompt -cacerts -storepass changeit -alias gatehouse -file ${sh(authority ?? '')}`,
          'systemctl restart tomcat9',
        ),
        beware:
          'In a container it is gone with the next image: mount the file and run `keytool` from a start script.',
      }),
      {
        title: 'Install the extension',
        text: 'Put `guacamole-auth-sso-openid-….jar` of your version into `/etc/guacamole/extensions`; with the container, `OPENID_ENABLED=true` does it. It logs people in and knows no connections: the database extension has to be there too.',
      },
      {
        title: 'Configure it',
        text: 'Add this to `guacamole.properties` and restart Tomcat. With the container each is a variable: `OPENID_CLIENT_ID` and so on.',
        file: {
          path: '/etc/guacamole/guacamole.properties',
          language: 'properties',
          content: configuration(facts),
        },
        beware:
          'Keep `?state=…`: Guacamole sends none of its own, and the portal refuses a login without. The redirect URI ends with a slash. The clocks of both machines must agree to half a minute.',
      },
      {
        title: 'Say who may do what',
        text:
          admins === undefined
            ? 'A user from the portal sees the connections of the groups that are named alike at the portal and in Guacamole (Settings, Groups).'
            : `In Guacamole at Settings, Groups make a group named exactly \`${admins}\`, with \`Administer system\`: members of that group at the portal are administrators. Other groups share connections in the same way.`,
      },
      {
        title: 'Keep a way back in',
        text: 'With `extension-priority: *, openid` the login page keeps its form, and `OpenID` is a link below it. With `openid` alone everybody is sent to the portal at once, and `guacadmin` cannot log in any more.',
      },
      tryIt(`Open ${url}/ in a private window and press \`OpenID\`.`),
    ]
  },
}
