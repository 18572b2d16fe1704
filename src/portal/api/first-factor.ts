/** POST /api/firstfactor: name and password. All failures look and last the same. */
import { type Answer, ko, ok, say } from '../answer.ts'
import { safeTarget } from '../domains.ts'
import { writeCookie } from '../session-cookie.ts'
import { signIn } from '../sign-in.ts'
import type { User } from '../users-file.ts'
import { bodyOf, type Call, textOf } from './call.ts'
import { flowTarget, inFlow } from './flow-target.ts'
import { policyFor, secondFactorEnabled } from './target-policy.ts'

const FAILED = ko(401, 'Authentication failed. Check your credentials.')

export async function firstFactor(call: Call): Promise<Answer> {
  const since = call.core.clock()
  const answer = await attempt(call)
  await call.core.settle(since)
  return answer
}

async function attempt(call: Call): Promise<Answer> {
  const { core, request, cookie } = call
  const body = bodyOf(call)
  if (body === undefined || cookie === undefined) return FAILED
  const result = await signIn(core, request, cookie, {
    name: textOf(body, 'username'),
    password: textOf(body, 'password'),
    keep: body.keepMeLoggedIn === true,
  })
  if (result.kind === 'busy') return say(503, [['Retry-After', '2']])
  if (result.kind === 'failed') return FAILED
  const line = writeCookie(cookie, result.session.id, result.session.expires)
  const redirect = inFlow(body)
    ? flowTarget(call, body, result)
    : whereTo(call, result.user, textOf(body, 'targetURL'), textOf(body, 'requestMethod'))
  return ok(redirect === undefined ? undefined : { redirect }, [['Set-Cookie', line]])
}

/** Where the password alone leads: nowhere yet if the target wants a second factor. */
function whereTo(call: Call, user: User, target: string, method: string): string | undefined {
  const { core, cookie } = call
  const without = secondFactorEnabled(core.settings().access) ? undefined : cookie?.defaultRedirection
  if (target === '') return without
  const safe = safeTarget(core.cookies(), target)
  if (safe === undefined) return without
  return policyFor(core, call.request, user, safe, method) === 'two_factor' ? undefined : target
}
