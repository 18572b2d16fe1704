/** The library, set up to do as Authelia does. */
import { type Configuration, errors, type KoaContextWithOIDC, Provider } from 'oidc-provider'
import type { Users } from '../users.ts'
import type { User } from '../users-file.ts'
import { requiredOf } from './access.ts'
import { CLAIMS, idTokenClaims, userinfoClaims } from './claims.ts'
import { OidcClientFileError, type Registered } from './clients.ts'
import { FORM_PAGE, formPostPage, formPostPolicy } from './form-post.ts'
import type { Passages } from './passage.ts'
import { COMPLETION, PATHS } from './paths.ts'
import { type Judgement, judge, policyOf, refuse } from './policy.ts'
import { completionQuery, inWords } from './redirect.ts'
import type { OidcSecrets } from './secrets.ts'
import type { OidcSettings } from './settings.ts'
import type { Store } from './store.ts'
import { type Subjects, uuid } from './subjects.ts'

export interface ProviderParts {
  readonly settings: OidcSettings
  readonly secrets: OidcSecrets
  readonly clients: ReadonlyMap<string, Registered>
  readonly passages: Passages
  readonly store: Store
  readonly subjects: Subjects
  readonly users: () => Users
  readonly random: (size: number) => Uint8Array
  readonly now: () => number
  /** Where somebody goes who has yet to log in, prove more or answer. */
  away(ctx: KoaContextWithOIDC, judgement: Judgement): string
  /** Something went wrong inside. */
  failed(error: unknown): void
}

/** Seconds, as Authelia's; an access token is said to live a second less, as it does by the time it is told. */
const TTL = {
  AccessToken: 3599,
  AuthorizationCode: 60,
  IdToken: 3600,
  RefreshToken: 5400,
  PushedAuthorizationRequest: 60,
  // As long as a refresh token that is used in time can hand on: a week of a phone in a drawer is too long.
  Grant: 30 * 24 * 3600,
  Session: 3600,
  Interaction: 600,
} as const

const SCOPES = ['openid', 'offline_access', 'profile', 'email', 'groups', 'address', 'phone']

/** All scopes that any client may ask for; the others are not known here. */
export function scopesOf(settings: OidcSettings): string[] {
  const own = settings.clients.flatMap(({ scopes }) => scopes)
  return [...new Set(['offline_access', 'openid', 'profile', 'email', 'groups', ...own])]
}

/** All claims that any client may be told. */
function claimsOf(settings: OidcSettings): string[] {
  const own = settings.clients.flatMap(client => client.group_claims.map(({ claim }) => claim))
  return [...new Set([...CLAIMS, ...own])]
}

/** The user behind a subject identifier, as the users file has them now; none if disabled. */
function userOf(parts: ProviderParts, subject: string | undefined): User | undefined {
  const name = subject === undefined ? undefined : parts.subjects.userOf(subject)
  return name === undefined ? undefined : parts.users().find(name)
}

/** Whether a token's owner may still log in to its app: the library does not look when it introspects. */
function isAlive(parts: ProviderParts, id: string | undefined, subject: string | undefined): boolean {
  const user = userOf(parts, subject)
  const client = parts.clients.get(id ?? '')?.client
  return user !== undefined && client !== undefined && requiredOf(client, user) !== 'denied'
}

function findAccount(parts: ProviderParts): NonNullable<Configuration['findAccount']> {
  return (ctx, subject, token) => {
    const user = userOf(parts, subject)
    const client = parts.clients.get(ctx.oidc.client?.clientId ?? '')?.client
    if (user === undefined || client === undefined) return undefined
    // Tokens are worth nothing once their owner is out of the group: at the authorization endpoint it is said aloud.
    if (token !== undefined && requiredOf(client, user) === 'denied') return undefined
    return {
      accountId: subject,
      claims(use, scope, wanted) {
        const now = Math.floor(parts.now() / 1000)
        const scopes = scope.split(' ')
        const names = Object.keys(wanted)
        if (use !== 'id_token') {
          const rat = ctx.oidc.entities.Grant?.iat ?? now
          return { sub: subject, ...userinfoClaims(client, user, scopes, names, rat, now) }
        }
        const alone = ctx.oidc.params?.response_type === 'id_token'
        const jti = uuid(parts.random)
        const claims = idTokenClaims(client, user, scopes, names, alone, jti, now)
        // The library hashes what stands there (OpenID Connect Core 1.0, 3.1.3.6).
        return { sub: subject, ...claims, at_hash: ctx.oidc.entities.AccessToken?.jti }
      },
    }
  }
}

/** What the user agreed to, or need not be asked about; nothing while anything is missing. */
async function grant(provider: Provider, parts: ProviderParts, ctx: KoaContextWithOIDC) {
  const { client, account } = ctx.oidc
  const policy = { passages: parts.passages, client: (id: string) => parts.clients.get(id)?.client }
  if (client === undefined || account === undefined) return undefined
  const { live, decided } = parts.passages.of(ctx)
  const judgement = judge(policy, ctx)
  if (live === undefined || judgement.missing !== undefined || decided === false) return undefined
  if (requiredOf(judgement.client, live.user) === 'denied') return undefined
  const made = new provider.Grant({ clientId: client.clientId, accountId: account.accountId })
  made.addOIDCScope([...ctx.oidc.requestParamScopes].join(' '))
  made.addOIDCClaims([...ctx.oidc.requestParamClaims])
  await made.save()
  return made
}

/** @throws OidcClientFileError where a client cannot be served */
export async function openProvider(parts: ProviderParts): Promise<Provider> {
  const { settings, passages, store } = parts
  const policy = { passages, client: (id: string) => parts.clients.get(id)?.client }
  const own = {
    ...Object.fromEntries(scopesOf(settings).map(scope => [scope, []])),
    openid: claimsOf(settings),
  }
  const provider: Provider = new Provider(settings.issuer, {
    adapter: kind => store.adapter(kind),
    clients: [...parts.clients.values()].map(({ metadata }) => metadata),
    jwks: { keys: [parts.secrets.key as never] },
    claims: own,
    scopes: [...new Set([...SCOPES, ...scopesOf(settings)])],
    responseTypes: ['code', 'id_token', 'id_token token'],
    routes: {
      authorization: PATHS.authorization,
      token: PATHS.token,
      userinfo: PATHS.userinfo,
      introspection: PATHS.introspection,
      revocation: PATHS.revocation,
      pushed_authorization_request: PATHS.pushed,
      jwks: PATHS.jwks,
    },
    features: {
      devInteractions: { enabled: false },
      rpInitiatedLogout: { enabled: false },
      claimsParameter: { enabled: true },
      pushedAuthorizationRequests: { enabled: true },
      // Tokens of others are nobody's business (ours is stricter than Authelia, which tells any client).
      introspection: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) =>
          client.clientId === token.clientId &&
          isAlive(parts, token.clientId, 'accountId' in token ? token.accountId : undefined),
      },
      revocation: {
        enabled: true,
        allowedPolicy: (_ctx, client, token) => client.clientId === token.clientId,
      },
    },
    clientAuthMethods: ['client_secret_basic', 'client_secret_post', 'none'],
    enabledJWA: { idTokenSigningAlgValues: ['RS256'] },
    pkce: { required: (_ctx, client) => parts.clients.get(client.clientId)?.client.pkce === 'S256' },
    ttl: TTL,
    rotateRefreshToken: true,
    issueRefreshToken: async (_ctx, client, code) =>
      client.grantTypeAllowed('refresh_token') && code.scopes.has('offline_access'),
    // Authelia's tokens outlive the portal's session.
    expiresWithSession: async () => false,
    allowOmittingSingleRegisteredRedirectUri: false,
    findAccount: findAccount(parts),
    loadExistingGrant: ctx => grant(provider, parts, ctx),
    interactions: {
      policy: policyOf(policy),
      url: ctx => parts.away(ctx, judge(policy, ctx)),
    },
    // Called at each request for a parameter of any name: the place for what is refused before a login.
    extraParams: { consent_id: ctx => refuse(policy, ctx) },
    clientBasedCORS: () => false,
    async renderError(ctx, out) {
      ctx.redirect(`${settings.issuer}${COMPLETION}?${completionQuery(out.error)}`)
      ctx.status = 302
    },
  })
  provider.registerResponseMode(FORM_PAGE, (ctx, target, payload) => {
    const fields = Object.entries(payload).map(([name, value]) => [name, String(value)] as const)
    ctx.type = 'html'
    ctx.status = 200
    ctx.set('content-security-policy', formPostPolicy(target))
    ctx.body = formPostPage(target, inWords(Object.fromEntries(fields), passages.of(ctx).detail))
  })
  provider.on('server_error', (_ctx, error) => parts.failed(error))
  const heard = (ctx: KoaContextWithOIDC, error: errors.OIDCProviderError) => {
    passages.of(ctx).detail = error.error_detail ?? error.error_description ?? ''
  }
  provider.on('grant.error', heard)
  provider.on('authorization.error', heard)
  provider.on('pushed_authorization_request.error', heard)
  // Authelia says which scopes were granted.
  provider.on('authorization.success', (ctx, out) => {
    const scope = ctx.oidc.grant?.getOIDCScopeFiltered(ctx.oidc.requestParamOIDCScopes)
    if (out?.code !== undefined && scope !== undefined) out.scope = scope
  })
  for (const { client } of parts.clients.values()) {
    await provider.Client.find(client.client_id).catch((error: unknown) => {
      const why = error instanceof errors.OIDCProviderError ? error.error_description : String(error)
      throw new OidcClientFileError(`oidc_apps.${client.app} cannot be served by the portal: ${why}`)
    })
  }
  return provider
}
