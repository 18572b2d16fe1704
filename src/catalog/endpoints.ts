/** Where Authelia's OpenID Connect provider is found, from its portal's origin (recorded of 4.39.20). */
export interface Endpoints {
  readonly issuer: string
  readonly discovery: string
  readonly authorization: string
  readonly token: string
  readonly userinfo: string
  readonly introspection: string
  readonly revocation: string
  readonly jwks: string
}

/** The provider's addresses. @param portal an origin without a slash at the end */
export function endpoints(portal: string): Endpoints {
  return {
    issuer: portal,
    discovery: `${portal}/.well-known/openid-configuration`,
    authorization: `${portal}/api/oidc/authorization`,
    token: `${portal}/api/oidc/token`,
    userinfo: `${portal}/api/oidc/userinfo`,
    introspection: `${portal}/api/oidc/introspection`,
    revocation: `${portal}/api/oidc/revocation`,
    jwks: `${portal}/jwks.json`,
  }
}
