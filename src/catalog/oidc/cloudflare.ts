import { endpoints } from '../endpoints.ts'
import { codeClient } from '../oidc-client.ts'
import { tryIt } from '../steps.ts'
import type { AppFacts, OidcEntry, Step } from '../types.ts'

const teamOf = ({ settings }: AppFacts): string => `https://${settings.team ?? ''}.cloudflareaccess.com`

const ownAuthority = ({ authority, portal }: AppFacts): Step[] =>
  authority === undefined
    ? []
    : [
        {
          title: 'Give the portal a certificate that Cloudflare knows',
          text: `Cloudflare's servers call ${portal} and trust public authorities alone. With certificates of your own authority this login cannot work: use files from an ACME client for the portal (\`certificates: { from: files }\`).`,
        },
      ]

export const cloudflare: OidcEntry = {
  kind: 'cloudflare',
  title: 'Cloudflare Zero Trust',
  checked: {
    version: 'documentation of 2026',
    on: '2026-11-24',
    sources: [
      'https://developers.cloudflare.com/cloudflare-one/integrations/identity-providers/generic-oidc/',
      'https://www.authelia.com/integration/openid-connect/clients/cloudflare-zerotrust/',
    ],
    unsure: 'it is a service whose source nobody sees: how it shows its secret is as Authelia says.',
  },
  settings: {
    team: {
      describe:
        'The name of the team at Cloudflare, without `.cloudflareaccess.com`; `url` is `https://<team>.cloudflareaccess.com`.',
      shape: { pattern: /^[a-z0-9](-?[a-z0-9])*$/, says: 'small letters, digits and hyphens' },
      example: 'example-team',
    },
  },
  // It reads the ID token and asks nothing at userinfo.
  client: facts =>
    codeClient([`${teamOf(facts)}/cdn-cgi/access/callback`], {
      id_token_claims: ['email', 'email_verified', 'preferred_username', 'name', 'groups'],
    }),
  steps: facts => {
    const { portal, client, secret } = facts
    const at = endpoints(portal)
    return [
      ...ownAuthority(facts),
      {
        title: 'Let Cloudflare reach the portal',
        text: `Its servers fetch ${at.token} and ${at.jwks} from the internet. A tunnel to the portal will do, as long as no Access policy stands before it: nobody could log in to log in.`,
      },
      {
        title: 'Add the identity provider',
        text: 'In the Zero Trust dashboard: Integrations, Identity providers, Add an identity provider, OpenID Connect.',
        fields: [
          ['Name', 'Authelia'],
          ['App ID', client.client_id],
          ['Client secret', secret],
          ['Auth URL', at.authorization],
          ['Token URL', at.token],
          ['Certificate URL', at.jwks],
          ['Proof Key for Code Exchange (PKCE)', 'on'],
          ['OIDC Claims', 'preferred_username, groups'],
          ['Email claim', 'email'],
        ],
        beware: `Cloudflare shows no field for the redirect URI: it is ${client.redirect_uris.join(' ')}, and follows the team's name. A user without a mail address at the portal cannot log in.`,
      },
      {
        title: 'Use it in policies',
        text: 'In an Access policy choose the selector `OIDC Claims`, the name `groups` and the group as it is called at the portal, or `Login Methods` for everybody from the portal.',
      },
      {
        title: 'Keep a way back in',
        text: 'Leave `One-time PIN` on as a second login method, with a policy that names your own mail address: Cloudflare then lets you in while the portal does not answer.',
      },
      tryIt('At Identity providers press `Test` beside Authelia: it shows the claims that came.'),
    ]
  },
}
