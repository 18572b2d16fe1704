/** Authelia's paths of its OpenID Connect provider. */
const API = '/api/oidc'

export const PATHS = {
  discovery: '/.well-known/openid-configuration',
  metadata: '/.well-known/oauth-authorization-server',
  jwks: '/jwks.json',
  authorization: `${API}/authorization`,
  token: `${API}/token`,
  userinfo: `${API}/userinfo`,
  introspection: `${API}/introspection`,
  revocation: `${API}/revocation`,
  pushed: `${API}/pushed-authorization-request`,
} as const

/** For the front end, with a session: judged as the rest of the API is. */
export const CONSENT_API = `${API}/consent`
/** Pages. */
export const DECISION = '/consent/openid/decision'
export const COMPLETION = '/consent/completion'

/** Whether a path is answered by the provider itself: by apps' servers and browsers on their way, without our forms. */
export function isOidc(path: string): boolean {
  if (path === CONSENT_API) return false
  return (
    path === PATHS.jwks ||
    path === PATHS.discovery ||
    path === PATHS.metadata ||
    path === API ||
    path.startsWith(`${API}/`)
  )
}
