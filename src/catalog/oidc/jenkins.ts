import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { sh, yaml } from '../quote.ts'
import { debianThen, trust, tryIt } from '../steps.ts'
import type { OidcEntry, SheetFacts } from '../types.ts'

/** For Configuration as Code, which also takes `${…}` for a variable. */
const casc = (text: string): string => yaml(text.replaceAll('${', '^${'))

function configuration({ url, portal, client, secret }: SheetFacts): string {
  return `unclassified:
  location:
    url: ${casc(`${url}/`)}
jenkins:
  securityRealm:
    oic:
      clientId: ${casc(client.client_id)}
      clientSecret: ${casc(secret)}
      serverConfiguration:
        wellKnown:
          wellKnownOpenIDConfigurationUrl: ${casc(endpoints(portal).discovery)}
          scopesOverride: ${casc(client.scopes.join(' '))}
      userNameField: 'preferred_username'
      fullNameFieldName: 'name'
      emailFieldName: 'email'
      groupsFieldName: 'groups'
      userIdStrategy: 'caseSensitive'
      groupIdStrategy: 'caseSensitive'
      logoutFromOpenidProvider: false
      disableSslVerification: false
      properties:
        - 'pkce'
        - escapeHatch:
            username: 'rescue'
            secret: '\${JENKINS_RESCUE}'
            group: 'rescue'
`
}

export const jenkins: OidcEntry = {
  kind: 'jenkins',
  title: 'Jenkins',
  checked: {
    version: 'oic-auth 4.715',
    on: '2026-11-24',
    sources: [
      'https://github.com/jenkinsci/oic-auth-plugin/blob/master/src/main/java/org/jenkinsci/plugins/oic/OicSecurityRealm.java',
      'https://github.com/jenkinsci/oic-auth-plugin/blob/master/docs/configuration/README.md',
      'https://www.authelia.com/integration/openid-connect/clients/jenkins/',
    ],
  },
  settings: {
    admin_group: {
      describe: "Authelia's group whose members shall be administrators.",
      optional: true,
      example: 'admins',
    },
  },
  // It takes the first of what the discovery document offers, which is Basic.
  client: ({ url }) => codeClient([`${url}/securityRealm/finishLogin`]),
  login: () => '/securityRealm/commenceLogin',
  steps: facts => {
    const { url, settings, authority } = facts
    const { admin_group: admins } = settings
    return [
      ...trust(facts, {
        commands: debianThen(
          `keytool -importcert -noprompt -cacerts -storepass changeit -alias gatehouse -file ${sh(authority ?? '')}`,
          'systemctl restart jenkins',
        ),
        beware:
          "Java has a list of authorities of its own; in a container it is gone with the next image: do it in the image's Dockerfile.",
      }),
      {
        title: 'Install the plugin',
        text: 'Manage Jenkins, Plugins, Available plugins: `OpenId Connect Authentication` (oic-auth). Or in its container:',
        commands: ['jenkins-plugin-cli --plugins oic-auth'],
      },
      {
        title: 'Say first who may do what',
        text: `In Manage Jenkins, Security, Authorization choose a matrix, and add the group ${
          admins === undefined ? 'of your administrators' : `\`${admins}\``
        } with \`Administer\`, and the group \`rescue\` with the same.`,
        beware:
          'The users of the old realm are gone with the next step, and so are rights that were given to them by name: do this first, or nobody is administrator any more.',
      },
      {
        title: 'Configure it',
        text: 'For Configuration as Code. Without that plugin the same fields are at Manage Jenkins, Security, `Login with Openid Connect`, with `Discovery via well-known endpoint`.',
        file: { path: 'jenkins.yaml', language: 'yaml', content: configuration(facts) },
        beware:
          'The redirect URI is made of the Jenkins URL at Manage Jenkins, System; guides that name `/accounts/authelia/login/callback` are wrong. Without `scopesOverride` the plugin asks for everything that the portal knows, and the portal refuses.',
      },
      {
        title: 'Keep a way back in',
        text: 'The escape hatch in the file above: with a password of your own in the variable `JENKINS_RESCUE`, `rescue` logs in at `/login` while the portal does not answer. Without it: set `useSecurity` to false in `config.xml` and restart.',
      },
      tryIt(
        `Open ${url} in a private window: it goes to the portal by itself. ${url}/whoAmI/ shows the groups that came.`,
      ),
    ]
  },
}
