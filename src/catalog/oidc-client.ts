import type { ClientSettings } from './types.ts'

/**
 * A client of the code flow (OpenID Connect Core, 3.1) that shows its secret by Basic and sends a
 * challenge: what most apps are. @param redirect_uris where the login comes back to
 */
export const codeClient = (
  redirect_uris: readonly string[],
  differs: Partial<ClientSettings> = {},
): ClientSettings => ({
  redirect_uris,
  scopes: ['openid', 'profile', 'email', 'groups'],
  public: false,
  token_endpoint_auth_method: 'client_secret_basic',
  pkce: 'S256',
  grant_types: ['authorization_code'],
  response_types: ['code'],
  id_token_claims: [],
  group_claims: [],
  ...differs,
})
