/** /api/oidc/consent: what the consent page shows and sends, for a front end of Authelia's kind. */
import { json, ko, ok } from '../answer.ts'
import { bodyOf, type KnownHandler, textOf } from './call.ts'

/** Authelia's, with its status. */
const FAILED = ko(200, 'Operation failed.')

export const showConsent: KnownHandler = ({ core, live, request }) => {
  const oidc = core.oidc()
  const id = new URLSearchParams(request.query).get('flow_id') ?? undefined
  const errand = oidc?.errand(id)
  if (oidc === undefined || errand === undefined) return FAILED
  return ok({
    client_id: errand.client,
    client_description: errand.app.client_name,
    scopes: errand.scopes,
    audience: [],
    pre_configuration: false,
    claims: null,
    essential_claims: null,
    require_login: oidc.missing(errand, live) === 'login',
  })
}

export const takeConsent: KnownHandler = call => {
  const oidc = call.core.oidc()
  const body = bodyOf(call)
  // A form of another site can send no JSON, but text that looks like it.
  const type = call.request.first('content-type') ?? ''
  if (oidc === undefined || body === undefined || !/^application\/json\b/i.test(type)) return FAILED
  const errand = oidc.errand(textOf(body, 'flow_id'))
  if (errand === undefined || errand.client !== textOf(body, 'client_id')) return FAILED
  if (oidc.missing(errand, call.live) !== 'consent' || typeof body.consent !== 'boolean') return FAILED
  oidc.decide(errand, call.live, body.consent)
  return json(200, { status: 'OK', data: { redirect_uri: oidc.resume(errand) } })
}
