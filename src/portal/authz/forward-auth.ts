/** Traefik, Caddy and this gateway: X-Forwarded-Method, -Proto, -Host and -URI. */
import { type Dialect, forwardedAddress, makeTarget, portalOfQuery, redirectOrTell } from './dialect.ts'

export const forwardAuth: Dialect = {
  name: 'forward-auth',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  target(request) {
    const uri = request.first('x-forwarded-uri') ?? ''
    const address = forwardedAddress(
      request.first('x-forwarded-proto'),
      request.first('x-forwarded-host'),
      uri,
    )
    return makeTarget(address, request.first('x-forwarded-method'))
  },
  portal: portalOfQuery,
  redirect: redirectOrTell,
}
