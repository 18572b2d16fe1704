import { z } from 'zod'
import { HEADER_ENTRIES, OIDC_ENTRIES } from '../../catalog/catalog.ts'
import { appUrl } from '../values/app-url.ts'
import { choice, truth } from '../values/choice.ts'
import { kind } from '../values/kind.ts'
import { oneOrMore } from '../values/scalar.ts'
import { shaped, text } from '../values/text.ts'
import { upstream } from '../values/upstream.ts'
import { upstreamTls } from './upstream-tls.ts'

const redirect = shaped(
  /^(https:\/\/[^\s#*]+|http:\/\/(localhost|127\.0\.0\.1)(:\d+)?\/[^\s#*]*|(?!(https?|javascript|vbscript|data|blob|file):)[a-z][a-z0-9.+-]*:\/[^\s#*]*)$/,
  'a whole redirect URI, without "#" and without "*"',
  'https://app.example.com/oauth2/callback',
)
const group = shaped(
  /^[^,\s\u0000-\u001f\u007f][^,\u0000-\u001f\u007f]*$/,
  'the name of a group, without a comma',
  'family',
)
const word = shaped(/^[\w.:/-]+$/, 'a word', 'openid')

const client = z.strictObject({
  redirect_uris: oneOrMore(redirect)
    .optional()
    .meta({ 'x-default': 'computed from `url`' })
    .describe('Where the login comes back to, character by character.'),
  scopes: z
    .array(word)
    .nonempty()
    .optional()
    .meta({ 'x-example': ['openid', 'profile', 'email', 'groups'] })
    .describe('What the app may ask for.'),
  public: truth
    .optional()
    .meta({ 'x-example': true })
    .describe('`true`: an app that cannot keep a secret, such as one that runs in the browser alone.'),
  token_endpoint_auth_method: choice(['client_secret_basic', 'client_secret_post'])
    .optional()
    .describe('How the app shows its secret; Authelia takes one way alone.'),
  pkce: choice(['S256', 'off'])
    .optional()
    .describe('`S256`: the app must send a challenge (PKCE). `off`: it cannot.'),
  id_token_claims: z
    .array(word)
    .optional()
    .meta({ 'x-example': ['email', 'groups'] })
    .describe('Claims that the app looks for in the ID token and does not fetch from the userinfo endpoint.'),
})

/** One entry of `oidc_apps`. */
export const oidcApp = z.strictObject({
  kind: kind(
    OIDC_ENTRIES.map(entry => entry.kind),
    {
      kinds: HEADER_ENTRIES.map(entry => entry.kind),
      why: 'takes its user from a header: such an app stands below "apps".',
      there: name => `apps: { …: { kind: ${name}, upstream: http://127.0.0.1:… } }`,
    },
    'custom',
  ).describe(
    'Which app it is: `gatehouse apps` lists them. `custom` is any other; it needs `client.redirect_uris`.',
  ),
  url: appUrl.describe(
    "The app's address as browsers see it, with its port where that is not 443. Redirect URIs are computed from it.",
  ),
  policy: choice(['one_factor', 'two_factor', 'deny'], {
    bypass: 'one_factor',
    '1fa': 'one_factor',
    '2fa': 'two_factor',
  })
    .prefault('one_factor')
    .describe('What a login to this app asks for.'),
  groups: z
    .array(group)
    .prefault([])
    .meta({ 'x-example': ['family'] })
    .describe('Who may log in to it: members of any of these groups. `[]`: everyone.'),
  upstream: upstream
    .optional()
    .describe(
      'Where the app listens, if the rendered NGINX shall stand in front of it. Left out for an app that has its own TLS or its own proxy, such as Proxmox.',
    ),
  upstream_tls: upstreamTls
    .optional()
    .meta({ 'x-example': { ca: 'pve.pem' } })
    .describe('For an https upstream with a certificate of its own making: one of the three.'),
  client_id: shaped(/^[A-Za-z0-9._~-]{1,100}$/, 'letters, digits and "-._~"', 'cloud')
    .optional()
    .meta({ 'x-default': "the app's name" })
    .describe('Its name at the provider.'),
  consent: choice(['implicit', 'explicit'])
    .prefault('implicit')
    .describe('`explicit`: each user is asked once more whether the app may know who they are.'),
  settings: z
    .record(z.string(), text('authelia'))
    .prefault({})
    .meta({
      'x-type': 'settings of this kind of app: `gatehouse apps show <kind>` names them',
      'x-example': {},
    })
    .describe('What this kind of app has to know beside its address.'),
  client: client.prefault({}).describe('What differs from what the catalogue knows of this kind.'),
})
export type FileOidcApp = z.output<typeof oidcApp>
