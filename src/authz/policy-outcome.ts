/** What a policy means for a visitor. */
import type { Level, Policy } from '../types.ts'
import type { Judgement } from './policy.ts'

export type Outcome = 'allow' | 'login' | 'deny'

/**
 * What happens to a visitor at this level (Authelia's isAuthzResult). `login` is also said to somebody
 * with a password alone where the second factor is missing. A rule that denies certain people sends
 * nobody to the login first: who they are may open the door.
 */
export function outcome(judgement: Judgement, level: Level): Outcome {
  switch (judgement.policy) {
    case 'bypass':
      return 'allow'
    case 'one_factor':
      return level >= 1 ? 'allow' : 'login'
    case 'two_factor':
      return level >= 2 ? 'allow' : 'login'
    default:
      return level === 0 && judgement.bySubject ? 'login' : 'deny'
  }
}

const order: readonly Policy[] = ['bypass', 'one_factor', 'two_factor', 'deny']

/** The policy that asks for more. */
export function stricter(a: Policy, b: Policy): Policy {
  return order.indexOf(a) >= order.indexOf(b) ? a : b
}
