/** Where a login leads that an app asked for by OpenID Connect. */
import type { Live } from '../live-session.ts'
import { DECISION } from '../oidc/paths.ts'
import { type Call, textOf } from './call.ts'

type Body = Readonly<Record<string, unknown>>

/** Whether the login is on the way to such an app. */
export function inFlow(body: Body): boolean {
  return textOf(body, 'flow') === 'openid_connect' && textOf(body, 'flowID') !== ''
}

/** @returns undefined while a factor is missing, or where the flow is too old */
export function flowTarget({ core, cookie }: Call, body: Body, live: Live): string | undefined {
  const oidc = core.oidc()
  const errand = oidc?.errand(textOf(body, 'flowID'))
  if (oidc === undefined || errand === undefined || cookie === undefined) return undefined
  const missing = oidc.missing(errand, live)
  if (missing === undefined) return oidc.resume(errand)
  return missing === 'consent' ? `${cookie.portal}${DECISION}?${oidc.query(errand)}` : undefined
}
