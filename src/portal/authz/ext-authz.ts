/** Envoy: the request's own method and Host, X-Forwarded-Proto, and the path behind the endpoint's. */
import { type Dialect, forwardedAddress, makeTarget, redirectOrTell } from './dialect.ts'

export const EXT_AUTHZ_PATH = '/api/authz/ext-authz'

export const extAuthz: Dialect = {
  name: 'ext-authz',
  target(request) {
    // As Authelia: what follows the endpoint's slash is glued to the host, and the query is dropped.
    const uri = request.path.slice(EXT_AUTHZ_PATH.length + 1)
    return makeTarget(
      forwardedAddress(request.first('x-forwarded-proto'), request.first('host'), uri),
      request.method,
    )
  },
  portal: request => request.first('x-authelia-url'),
  redirect: redirectOrTell,
}
