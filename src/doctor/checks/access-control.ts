/** Whether Authelia's rules ask for as much as the app's own, and let its people in at all. */
import { accessControlOf } from '../../authz/ground.ts'
import { compile, type Engine } from '../../authz/policy.ts'
import type { App, Config } from '../../config/model.ts'
import type { AccessObject, AccessRule, Policy, Subject } from '../../types.ts'
import { type AutheliaSeen, autheliaOf, type NoAuthelia, noAuthelia } from '../seen/authelia.ts'
import { check, type Finding, fault, ok, skipped } from '../types.ts'

const STRENGTH: Readonly<Record<Policy, number>> = { bypass: 0, one_factor: 1, two_factor: 2, deny: 3 }
const NOBODY: Subject = { user: '', groups: [], client: '' }
const SOMEBODY: Subject = { user: 'gatehouse-doctor', groups: [], client: '' }

/** The people that the rules name, and one that none does. */
function peopleOf(rules: readonly AccessRule[]): readonly Subject[] {
  const named = rules.flatMap(({ subjects }) =>
    subjects.map(words => ({
      user: words.find(word => word.startsWith('user:'))?.slice(5) ?? SOMEBODY.user,
      groups: words.filter(word => word.startsWith('group:')).map(word => word.slice(6)),
      client: '',
    })),
  )
  return [NOBODY, SOMEBODY, ...named]
}

/** Addresses that the patterns mean: what is plain text at the start of each. */
function pathsOf(rules: readonly AccessRule[]): readonly string[] {
  const starts = rules.flatMap(({ resources }) =>
    resources.flatMap(
      pattern => /^\^?(\/(?:[\w/-]|\\[./-])*)/.exec(pattern)?.[1]?.replaceAll('\\', '') ?? [],
    ),
  )
  return [...new Set(['/', ...starts])]
}

function objectsOf(app: App, rules: readonly AccessRule[]): readonly AccessObject[] {
  const methods = [...new Set(['GET', ...rules.flatMap(rule => rule.methods)])]
  return app.hosts.flatMap(host =>
    pathsOf(rules).flatMap(path => methods.map(method => ({ method, host, path, query: '' }))),
  )
}

interface Sample {
  readonly subject: Subject
  readonly object: AccessObject
  readonly ours: Policy
  readonly theirs: Policy
  readonly label: string
}

function samples(app: App, authelia: Engine, rules: readonly AccessRule[]): readonly Sample[] {
  const own = compile(accessControlOf(app), { bypassPathOnly: true })
  const both = [...app.rules, ...rules]
  return objectsOf(app, both).flatMap(object =>
    peopleOf(both).map(subject => {
      const { policy, label } = authelia.judge(subject, object)
      return { subject, object, ours: own.judge(subject, object).policy, theirs: policy, label }
    }),
  )
}

function whom({ subject, object }: Sample): string {
  const groups = subject.groups.length > 0 ? ` of ${subject.groups.join(' and ')}` : ''
  const who =
    subject === NOBODY
      ? 'a stranger'
      : `${subject.user === SOMEBODY.user ? 'anybody' : subject.user}${groups}`
  return `${who} at ${object.host}${object.path}${object.method === 'GET' ? '' : ` (${object.method})`}`
}

function judgeApp(app: App, { access_control, file }: AutheliaSeen): Finding {
  const about = `apps.${app.name}`
  const found = samples(app, compile(access_control), access_control.rules)
  // What is denied here is refused by the gateway itself, whatever Authelia says.
  const weaker = found.find(one => one.ours !== 'deny' && STRENGTH[one.theirs] < STRENGTH[one.ours])
  if (weaker !== undefined)
    return fault(about, {
      saw: `For ${whom(weaker)} Authelia asks for ${weaker.theirs} (${weaker.label} in ${file}), and gatehouse.yml for ${weaker.ours}.`,
      why:
        weaker.ours === 'two_factor'
          ? 'Authelia never asks for the second factor there, and the gateway never lets anybody in without: visitors are stuck on a page that says so.'
          : 'The gateway sends strangers to the login all the same; anything else that asks Authelia lets them in.',
      do: `Raise the policy in Authelia's access_control to ${weaker.ours} (gatehouse apply writes rules that fit), or lower it in gatehouse.yml.`,
    })
  const people = found.filter(one => one.ours === 'one_factor' || one.ours === 'two_factor')
  const shut = people.find(one => one.theirs === 'deny')
  if (shut !== undefined && people.every(one => one.theirs === 'deny'))
    return fault(about, {
      saw: `Authelia denies ${app.hosts.join(', ')} to everybody (${shut.label} in ${file}).`,
      why: 'Nobody gets in, whatever gatehouse.yml says: the stricter of the two wins.',
      do: `Add a rule for it to Authelia's access_control (gatehouse apply writes rules that fit).`,
    })
  return ok(about, `Authelia asks for as much as gatehouse.yml: ${app.policy}`)
}

function judge(seen: AutheliaSeen | NoAuthelia, { apps }: Config): Finding[] {
  if (noAuthelia(seen)) return [skipped(seen.absent)]
  return apps.map(app => judgeApp(app, seen))
}

export const accessControl = check({
  id: 'access-control',
  title: "Authelia's rules ask for as much as the apps' policies",
  probe: autheliaOf,
  judge,
})
