/** What the API says of the session, and its end. */
import { type Answer, ok, say } from '../answer.ts'
import { safeTarget } from '../domains.ts'
import { forgetAsAuthelia, readCookie } from '../session-cookie.ts'
import { signOut } from '../sign-in.ts'
import { bodyOf, type Call, type KnownHandler, textOf } from './call.ts'

export function health(): Answer {
  return ok()
}

/** Does not count as activity, and shows a session that has been idle too long, until authz ends it. */
export function state({ cookie, live }: Call): Answer {
  if (cookie === undefined) return say(403)
  return ok({
    username: live?.user.name ?? '',
    authentication_level: live?.session.level ?? 0,
    factor_knowledge: live !== undefined,
    ...(cookie.defaultRedirection !== undefined && { default_redirection_url: cookie.defaultRedirection }),
  })
}

export function logout(call: Call): Answer {
  const { core, request, cookie, live } = call
  if (live !== undefined) signOut(core, request, live.session)
  const target = textOf(bodyOf(call) ?? {}, 'targetURL')
  const had = cookie !== undefined && readCookie(request.all('cookie'), cookie.name) !== undefined
  return ok(
    { safeTargetURL: safeTarget(core.cookies(), target) !== undefined },
    had ? [['Set-Cookie', forgetAsAuthelia(cookie, core.clock())]] : [],
  )
}

export function safeRedirection(call: Call): Answer {
  if (call.live === undefined) return say(401)
  const uri = textOf(bodyOf(call) ?? {}, 'uri')
  return ok({ ok: safeTarget(call.core.cookies(), uri) !== undefined })
}

export const configuration: KnownHandler = () =>
  ok({ available_methods: ['totp'], password_change_disabled: true, password_reset_disabled: true })

export function passwordPolicy(): Answer {
  return ok({
    mode: 'disabled',
    min_length: 0,
    max_length: 0,
    min_score: 0,
    require_uppercase: false,
    require_lowercase: false,
    require_number: false,
    require_special: false,
  })
}
