/** What the rules ask of a user who wants to go somewhere. */
import type { Judgement } from '../../authz/policy.ts'
import type { AccessControl, Policy } from '../../types.ts'
import type { Core } from '../core.ts'
import type { SafeTarget } from '../domains.ts'
import type { Incoming } from '../incoming.ts'
import type { User } from '../users-file.ts'

/** The judgement of the rules about a return address. @param method empty counts as GET */
export function judgeTarget(
  core: Core,
  request: Incoming,
  user: User,
  target: SafeTarget,
  method: string,
): Judgement {
  const subject = { user: user.name, groups: user.groups, client: request.client }
  const object = {
    method: /^[A-Z]+$/.test(method) ? method : 'GET',
    host: target.host,
    path: target.path,
    query: target.query,
  }
  return core.engine().judge(subject, object)
}

export function policyFor(
  core: Core,
  request: Incoming,
  user: User,
  target: SafeTarget,
  method: string,
): Policy {
  return judgeTarget(core, request, user, target, method).policy
}

/** Whether any rule asks for a second factor. */
export function secondFactorEnabled(access: AccessControl): boolean {
  return access.fallback === 'two_factor' || access.rules.some(rule => rule.policy === 'two_factor')
}
