/**
 * What an app is told of a user, as Authelia tells it: the ID token says who and nothing more, the userinfo
 * endpoint what the scopes allow.
 */
import type { Client } from '../../catalog/types.ts'
import type { User } from '../users-file.ts'

/** Everything that may stand in a token or at the userinfo endpoint; the library leaves out what is not in its list. */
export const CLAIMS = [
  'sub',
  'amr',
  'at_hash',
  'auth_time',
  'azp',
  'jti',
  'rat',
  'email',
  'email_verified',
  'groups',
  'name',
  'preferred_username',
  'updated_at',
] as const

const OF_SCOPE: Readonly<Record<string, readonly string[]>> = {
  profile: ['name', 'preferred_username', 'updated_at'],
  email: ['email', 'email_verified'],
  groups: ['groups'],
}

export type Values = Readonly<Record<string, unknown>>

/** The claims of each scope, with this user's values. @param now in seconds */
function scoped(client: Client, user: User, now: number): Readonly<Record<string, Values>> {
  const own: Record<string, Record<string, unknown>> = {}
  for (const { scope, claim, group } of client.group_claims) {
    own[scope] = { ...own[scope], [claim]: user.groups.includes(group) }
  }
  return {
    // Authelia's null, which is not an empty list: apps tell the two apart.
    groups: { groups: user.groups.length === 0 ? null : user.groups },
    email: { ...(user.email !== '' && { email: user.email }), email_verified: true },
    profile: {
      ...(user.displayName !== '' && { name: user.displayName }),
      preferred_username: user.name,
      updated_at: now,
    },
    ...own,
  }
}

function ofScopes(all: Readonly<Record<string, Values>>, scopes: readonly string[]): Record<string, unknown> {
  return Object.assign({}, ...scopes.map(scope => (Object.hasOwn(all, scope) ? all[scope] : {})))
}

/** What is asked for by name with the `claims` parameter, as far as the client may have its scope at all. */
function named(client: Client, all: Readonly<Record<string, Values>>, wanted: readonly string[]): Values {
  const possible = Object.entries(ofScopes(all, client.scopes))
  return Object.fromEntries(possible.filter(([claim]) => wanted.includes(claim)))
}

/** The scopes to which claims belong that a request names: whoever is asked must read of them too. */
export function scopesNamed(client: Client, wanted: readonly string[]): string[] {
  const own = client.group_claims.map(({ scope, claim }) => [scope, [claim]] as const)
  return [...Object.entries(OF_SCOPE), ...own]
    .filter(([scope, claims]) => client.scopes.includes(scope) && claims.some(each => wanted.includes(each)))
    .map(([scope]) => scope)
}

/** @param wanted claims that the request named  @param rat when the app asked, in seconds */
export function userinfoClaims(
  client: Client,
  user: User,
  scopes: readonly string[],
  wanted: readonly string[],
  rat: number,
  now: number,
): Values {
  const all = scoped(client, user, now)
  return { ...ofScopes(all, scopes), ...named(client, all, wanted), rat }
}

/** @param alone the ID token is all that the app gets (`response_type=id_token`): then it holds what the scopes allow */
export function idTokenClaims(
  client: Client,
  user: User,
  scopes: readonly string[],
  wanted: readonly string[],
  alone: boolean,
  jti: string,
  now: number,
): Values {
  const all = scoped(client, user, now)
  const listed = Object.entries(ofScopes(all, scopes)).filter(
    ([claim]) => alone || client.id_token_claims.includes(claim),
  )
  return { ...Object.fromEntries(listed), ...named(client, all, wanted), azp: client.client_id, jti }
}
