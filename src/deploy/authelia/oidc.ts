/** identity_providers.oidc, and the attributes in definitions that its claims come from. */
import type { Client, GroupClaim } from '../../catalog/types.ts'
import type { OidcApp } from '../../config/model-oidc.ts'
import type { House } from '../types.ts'
import type { Section, Value } from './document.ts'

/** Nothing, where there is no app: Authelia refuses a provider without clients. */
export function oidcSections(house: House): readonly Section[] {
  const { oidc_apps } = house.config
  if (oidc_apps.length === 0) return []
  const attributes = userAttributes(oidc_apps)
  const provider: Section = {
    key: 'identity_providers',
    about: [
      'Apps that speak OpenID Connect themselves. The signing key comes from a file of its own (--config takes',
      'several), and the HMAC secret from AUTHELIA_IDENTITY_PROVIDERS_OIDC_HMAC_SECRET_FILE.',
    ].join('\n'),
    value: {
      oidc: {
        enforce_pkce: 'public_clients_only',
        cors: cors(oidc_apps),
        lifespans: { access_token: '1h', refresh_token: '90m', id_token: '1h', authorize_code: '1m' },
        authorization_policies: authorizationPolicies(oidc_apps),
        claims_policies: claimsPolicies(oidc_apps),
        scopes: scopes(oidc_apps),
        clients: oidc_apps.map(({ name, client }) => clientOf(client, house.digest(name))),
      },
    },
    notes: notes(oidc_apps),
  }
  if (attributes === undefined) return [provider]
  const definitions: Section = {
    key: 'definitions',
    about: 'Whether a user is in a group, for claims further down.',
    value: { user_attributes: attributes },
  }
  return [definitions, provider]
}

/** A name of its own in each of Authelia's tables, and never one of its own words (`deny`). */
const own = (app: string): string => `app_${app}`
const attributeOf = (app: string, { claim }: GroupClaim): string =>
  `${own(app)}_${claim}`.replaceAll(/\W/g, '_')

const needsPolicy = ({ policy, groups }: Client): boolean => policy === 'deny' || groups.length > 0
const needsClaims = ({ id_token_claims, group_claims }: Client): boolean =>
  id_token_claims.length + group_claims.length > 0

function clientOf(client: Client, digest: string | undefined): Value {
  const { app, client_id, client_name, redirect_uris, grant_types, response_types, pkce } = client
  if (!client.public && digest === undefined) throw new RangeError(`no digest for ${app}`)
  return {
    client_id,
    client_name,
    client_secret: client.public ? undefined : digest,
    public: client.public,
    redirect_uris,
    scopes: client.scopes,
    grant_types,
    response_types,
    authorization_policy: needsPolicy(client) ? own(app) : client.policy,
    claims_policy: needsClaims(client) ? own(app) : undefined,
    consent_mode: client.consent,
    require_pkce: pkce === 'S256',
    pkce_challenge_method: pkce === 'S256' ? 'S256' : undefined,
    token_endpoint_auth_method: client.token_endpoint_auth_method,
  }
}

/** Entries of the apps that have one; undefined where none has. */
function table<T>(entries: readonly (readonly [string, T])[]): Record<string, T> | undefined {
  return entries.length === 0 ? undefined : Object.fromEntries(entries)
}

/** Who may log in to which app. `deny` is none of Authelia's policies for a client, so it is a list of its own. */
function authorizationPolicies(apps: readonly OidcApp[]) {
  return table(
    apps
      .filter(({ client }) => needsPolicy(client))
      .map(({ name, client: { policy, groups } }) => {
        const rule =
          policy === 'deny'
            ? { policy, networks: ['0.0.0.0/0', '::/0'] }
            : { policy, subject: groups.map(group => [`group:${group}`]) }
        return [own(name), { default_policy: 'deny', rules: [rule] }] as const
      }),
  )
}

/** Claims that an app wants in the ID token, and those that say whether the user is in a group. */
function claimsPolicies(apps: readonly OidcApp[]) {
  return table(
    apps
      .filter(({ client }) => needsClaims(client))
      .map(({ name, client: { id_token_claims, group_claims } }) => {
        const custom = group_claims.map(each => [each.claim, { attribute: attributeOf(name, each) }] as const)
        const id_token = id_token_claims.length === 0 ? undefined : id_token_claims
        return [own(name), { id_token, custom_claims: table(custom) }] as const
      }),
  )
}

function scopes(apps: readonly OidcApp[]) {
  const claims = new Map<string, Set<string>>()
  for (const { scope, claim } of apps.flatMap(({ client }) => client.group_claims))
    claims.set(scope, (claims.get(scope) ?? new Set()).add(claim))
  return table([...claims].map(([scope, all]) => [scope, { claims: [...all] }] as const))
}

/** `"admins" in groups`, in CEL, whose strings are written as JSON's. */
function userAttributes(apps: readonly OidcApp[]) {
  return table(
    apps.flatMap(({ name, client }) =>
      client.group_claims.map(
        each => [attributeOf(name, each), { expression: `${JSON.stringify(each.group)} in groups` }] as const,
      ),
    ),
  )
}

/** Pages that ask for tokens themselves: apps that run in the browser alone. */
function cors(apps: readonly OidcApp[]): Value | undefined {
  const origins = apps
    .filter(({ client }) => client.public && client.grant_types.includes('authorization_code'))
    .flatMap(({ client }) => client.redirect_uris)
    .filter(uri => /^https:/.test(uri))
    .map(uri => new URL(uri).origin)
  if (origins.length === 0) return undefined
  return { endpoints: ['token', 'revocation', 'userinfo'], allowed_origins: [...new Set(origins)] }
}

function notes(apps: readonly OidcApp[]): Record<string, string> {
  const some = (test: (client: Client) => boolean): boolean => apps.some(({ client }) => test(client))
  const clients = apps.map(({ name, kind, facts }, index) => [
    `oidc.clients.${index}`,
    `oidc_apps.${name}: ${kind} at ${facts.url}`,
  ])
  return {
    ...(cors(apps) === undefined
      ? {}
      : { 'oidc.cors': 'Apps that run in the browser alone ask from their own pages.' }),
    ...(some(needsPolicy) ? { 'oidc.authorization_policies': 'Who may log in to which app.' } : {}),
    ...(some(needsClaims)
      ? {
          'oidc.claims_policies':
            'For apps that look into the ID token, where Authelia puts no groups and no email.',
        }
      : {}),
    ...(some(({ group_claims }) => group_claims.length > 0)
      ? { 'oidc.scopes': 'Scopes of their own, that some apps ask for.' }
      : {}),
    'oidc.clients': [
      'One for each app. client_secret is the digest of what the app is told: `gatehouse secret show` says it.',
      'Redirect URIs are compared character by character.',
    ].join('\n'),
    ...Object.fromEntries(clients),
  }
}
