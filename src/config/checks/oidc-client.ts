import { nearest } from '../../lib/suggest.ts'
import { quote } from '../redact.ts'
import type { Checking } from './checking.ts'

/** validOIDCClientClaims in internal/configuration/validator/const.go of Authelia 4.39.20. */
const CLAIMS: readonly string[] =
  'name given_name family_name middle_name nickname preferred_username profile picture website email email_verified gender birthdate zoneinfo locale phone_number phone_number_verified address groups alt_emails rat updated_at'.split(
    ' ',
  )
/** Needs an audience and pushed requests, which no app of the catalogue has. */
const BEARER = 'authelia.bearer.authz'

/** `oidc_apps.*.client`: words for which Authelia would not start. */
export function checkOidcClients({ file, fault }: Checking): void {
  if (file.authelia === undefined) return
  for (const [name, { kind, client }] of Object.entries(file.oidc_apps ?? {})) {
    const at = ['oidc_apps', name, 'client']
    for (const [index, claim] of (client.id_token_claims ?? []).entries()) {
      // An app of the catalogue may have claims of its own beside these.
      if (CLAIMS.includes(claim) || (kind !== 'custom' && claim !== 'sub')) continue
      const message =
        claim === 'sub'
          ? '"sub" is in every ID token, and Authelia refuses to have it named here.'
          : `Authelia knows no claim ${quote(claim)}, and would not start.`
      const hint =
        claim === 'sub' ? 'nothing: take it out' : (nearest(claim, CLAIMS) ?? `one of ${CLAIMS.join(', ')}`)
      fault([...at, 'id_token_claims', index], message, hint)
    }
    for (const [index, scope] of (client.scopes ?? []).entries()) {
      if (scope !== BEARER) continue
      const message = `"${BEARER}" asks for settings of a client that are not rendered: Authelia would not start.`
      fault([...at, 'scopes', index], message, 'openid')
    }
  }
}
