/** /api/secondfactor/totp: the code of the authenticator app. */
import { type Answer, json, ko, ok } from '../answer.ts'
import { safeTarget } from '../domains.ts'
import { writeCookie } from '../session-cookie.ts'
import { signInFurther } from '../sign-in.ts'
import { bodyOf, type KnownHandler, textOf } from './call.ts'
import { flowTarget, inFlow } from './flow-target.ts'

const FAILED = 'Authentication failed, please retry later.'

export const totpDevice: KnownHandler = ({ core, live }) => {
  const device = core.devices().find(live.user.name)
  if (device === undefined) return ko(404, 'Could not find TOTP Configuration for user.')
  const { created: created_at, issuer, algorithm, digits, period } = device
  return ok({ created_at, issuer, algorithm, digits, period })
}

export const secondFactor: KnownHandler = async (call): Promise<Answer> => {
  const { core, request, cookie, live } = call
  const body = bodyOf(call)
  const token = body === undefined ? '' : textOf(body, 'token')
  if (body === undefined || token === '') return ko(403, FAILED)
  if (token.length !== 6 && token.length !== 8) return ko(400, FAILED)
  const session = await signInFurther(core, request, cookie, live, token)
  if (session === undefined) return ko(403, FAILED)
  const target = textOf(body, 'targetURL')
  const safe = safeTarget(core.cookies(), target) === undefined ? undefined : target
  const elsewhere = target === '' ? cookie.defaultRedirection : safe
  const redirect = inFlow(body) ? flowTarget(call, body, { user: live.user, session }) : elsewhere
  const line = writeCookie(cookie, session.id, session.expires)
  return ok(redirect === undefined ? undefined : { redirect }, [['Set-Cookie', line]])
}

/** Enrolment is a page's work here: no mail could carry Authelia's one-time code. */
export const registerTotp: KnownHandler = () =>
  json(403, { status: 'KO', data: { elevation: true, first_factor: false, second_factor: false } })

export const elevation: KnownHandler = () =>
  ok({
    require_second_factor: false,
    skip_second_factor: false,
    can_skip_second_factor: false,
    factor_knowledge: true,
    elevated: false,
    expires: 0,
  })

/** No code was ever sent, so that none is right. */
export const elevate: KnownHandler = () => ko(403, 'Operation failed.')
