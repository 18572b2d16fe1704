/** The clients as the library has them. */
import { randomBytes } from 'node:crypto'
import type { ClientMetadata } from 'oidc-provider'
import type { Client } from '../../catalog/types.ts'

/** A client of ours could not be served. Its message is for the owner of gatehouse.yml. */
export class OidcClientFileError extends Error {
  override name = 'OidcClientFileError'
}

export interface Registered {
  readonly client: Client
  readonly metadata: ClientMetadata
  /**
   * What the library takes for the client's secret: nobody's but this process's, new at each start. The real
   * one is checked before the library is asked (client-auth.ts).
   */
  readonly token: string
}

/** Apps on a phone or a desktop: their addresses are loopback, or a scheme of their own (RFC 8252). */
function isNative(client: Client): boolean {
  return client.redirect_uris.some(uri => !uri.startsWith('https:'))
}

export function register(client: Client): Registered {
  const token = randomBytes(32).toString('base64url')
  const { public: open, client_id, client_name, redirect_uris, grant_types, response_types, scopes } = client
  const metadata: ClientMetadata = {
    client_id,
    client_name,
    redirect_uris: [...redirect_uris],
    grant_types: [...grant_types],
    response_types: [...response_types],
    scope: scopes.join(' '),
    token_endpoint_auth_method: open ? 'none' : 'client_secret_basic',
    id_token_signed_response_alg: 'RS256',
    application_type: isNative(client) ? 'native' : 'web',
    ...(!open && { client_secret: token }),
  }
  return { client, metadata, token }
}
