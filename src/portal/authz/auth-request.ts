/** NGINX: X-Original-URL and X-Original-Method; its auth_request takes no redirect, so it is always 401. */
import { type Dialect, makeTarget, portalOfQuery } from './dialect.ts'

export const authRequest: Dialect = {
  name: 'auth-request',
  methods: ['GET', 'HEAD', 'OPTIONS'],
  target: request => makeTarget(request.first('x-original-url') ?? '', request.first('x-original-method')),
  portal: portalOfQuery,
  redirect: () => 401,
}
