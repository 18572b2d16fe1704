/**
 * The discovery documents (OpenID Connect Discovery 1.0, RFC 8414): Authelia's fields, and of their values
 * those that are served here. A client that finds a thing here can rely on it.
 */
import { endpoints } from '../../catalog/endpoints.ts'
import { PATHS } from './paths.ts'

const SECRETS = ['client_secret_basic', 'client_secret_post'] as const

/** What is said to whoever knows OAuth 2.0 alone. @param scopes of all clients */
export function metadata(issuer: string, scopes: readonly string[]): Record<string, unknown> {
  const at = endpoints(issuer)
  return {
    issuer,
    jwks_uri: at.jwks,
    authorization_endpoint: at.authorization,
    token_endpoint: at.token,
    subject_types_supported: ['public'],
    response_types_supported: ['code', 'id_token', 'id_token token'],
    grant_types_supported: ['authorization_code', 'implicit', 'refresh_token'],
    response_modes_supported: ['form_post', 'query', 'fragment'],
    scopes_supported: scopes,
    claims_supported: [
      'amr',
      'aud',
      'azp',
      'exp',
      'iat',
      'iss',
      'jti',
      'rat',
      'auth_time',
      'nonce',
      'groups',
      'sub',
      'name',
      'preferred_username',
      'email',
      'email_verified',
      'updated_at',
    ],
    token_endpoint_auth_methods_supported: [...SECRETS, 'none'],
    introspection_endpoint: at.introspection,
    revocation_endpoint: at.revocation,
    introspection_endpoint_auth_methods_supported: SECRETS,
    revocation_endpoint_auth_methods_supported: [...SECRETS, 'none'],
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    pushed_authorization_request_endpoint: `${issuer}${PATHS.pushed}`,
    require_pushed_authorization_requests: false,
  }
}

/** The same and what OpenID Connect adds to it. */
export function discovery(issuer: string, scopes: readonly string[]): Record<string, unknown> {
  return {
    ...metadata(issuer, scopes),
    id_token_signing_alg_values_supported: ['RS256'],
    userinfo_endpoint: endpoints(issuer).userinfo,
    userinfo_signing_alg_values_supported: ['none'],
    claim_types_supported: ['normal'],
    request_parameter_supported: false,
    request_uri_parameter_supported: false,
    require_request_uri_registration: false,
    claims_parameter_supported: true,
    prompt_values_supported: ['consent', 'login', 'none', 'select_account'],
  }
}
