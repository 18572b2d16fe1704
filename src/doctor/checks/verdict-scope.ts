/** Whether one verdict may hold for a whole app: only where Authelia's rules look at nothing else. */
import { looksAtNothingElse } from '../../authz/policy-scope.ts'
import type { Config } from '../../config/model.ts'
import { type AutheliaSeen, autheliaOf, type NoAuthelia, noAuthelia } from '../seen/authelia.ts'
import { check, type Finding, fault, ok, skipped } from '../types.ts'

function judge(seen: AutheliaSeen | NoAuthelia, { authelia, apps }: Config): Finding[] {
  if (authelia === undefined) return [skipped('The built-in portal has no verdict_scope.')]
  if (authelia.verdict_scope === 'request') return [ok('', 'each address is asked about by itself')]
  if (noAuthelia(seen)) return [skipped(seen.absent)]
  const deep = apps.filter(({ hosts }) => !looksAtNothingElse(seen.access_control, hosts))
  if (deep.length === 0)
    return [ok('', "one verdict for a whole app, and Authelia's rules look at nothing else")]
  return deep.map(({ name }) =>
    fault(`apps.${name}`, {
      saw: `"verdict_scope: app" is set, and Authelia's rules for ${name} look at paths or queries (${seen.file}).`,
      why: 'Who may open one page of it may open all of them.',
      do: 'Write "verdict_scope: request" in gatehouse.yml.',
    }),
  )
}

export const verdictScope = check({
  id: 'verdict-scope',
  title: "a verdict is kept for no more than Authelia's rules mean",
  probe: autheliaOf,
  judge,
})
