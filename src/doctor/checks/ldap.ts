/** Whether Authelia could find its users in the directory. */
import type { Config } from '../../config/model.ts'
import { type Directory, knockAtLdap, type LdapStep } from '../outside/ldap.ts'
import { type Failure, failed } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

type LdapSeen = { readonly secret: Failure } | { readonly result: Directory | (Failure & { step: LdapStep }) }

async function probe({ config, outside }: Premises): Promise<LdapSeen | undefined> {
  const { ldap } = config.deploy.users
  if (ldap === undefined) return undefined
  const password = await outside.read(ldap.password.file)
  if (failed(password)) return { secret: password }
  const { patience } = outside
  return {
    result: await knockAtLdap(ldap, password.replace(/\r?\n$/, ''), { patience, trust: outside.trusted() }),
  }
}

const ADVICE: Readonly<Record<LdapStep, readonly [doing: string, why: string, advice: string]>> = {
  connect: [
    'cannot be reached',
    'Authelia does not start, and nobody can log in.',
    'Look at "deploy.users.ldap.address": ldap:// is port 389, ldaps:// 636; a certificate must be for that name, from an authority that this machine trusts.',
  ],
  bind: [
    'refuses the user that Authelia comes as',
    'Authelia does not start, and nobody can log in.',
    'Compare "deploy.users.ldap.user" (a whole DN) with the directory, and type the password into the file of "deploy.users.ldap.password" once more.',
  ],
  search: [
    'finds nothing where Authelia looks',
    'Nobody can log in.',
    'Compare "deploy.users.ldap.base_dn" with the directory, and let that user read it.',
  ],
}

function judge(seen: LdapSeen | undefined, { deploy }: Config): Finding[] {
  const { ldap } = deploy.users
  if (seen === undefined || ldap === undefined) return [skipped('Users come from a file: see users.')]
  const about = ldap.address.address
  if ('secret' in seen) {
    const { file } = ldap.password
    if (seen.secret.code === 'EACCES')
      return [skipped(`${file} may not be read by this user: run this as root.`)]
    return [
      fault(about, {
        saw: `The password for the directory cannot be read: ${file}: ${seen.secret.failed}.`,
        why: 'Authelia does not start.',
        do: `Write it into ${file}, alone on one line, with mode 0600.`,
      }),
    ]
  }
  const { result } = seen
  if (failed(result)) {
    const [doing, why, advice] = ADVICE[result.step]
    return [fault(about, { saw: `The directory ${about} ${doing}: ${result.failed}.`, why, do: advice })]
  }
  const { users, groups } = result
  const comma = groups.filter(name => name.includes(','))
  if (users === 0)
    return [
      fault(about, {
        saw: `Under ${ldap.base_dn} there are no users that ${ldap.user} may see.`,
        why: 'Nobody can log in.',
        do: ADVICE.search[2],
      }),
    ]
  if (comma.length > 0)
    return [
      warning(about, {
        saw: `Groups with a comma in their name: ${comma.map(name => `"${name}"`).join(' ')}.`,
        why: 'Apps get the groups in one header, with commas between them: they read two groups, which may exist.',
        do: 'Rename them, or let "deploy.users.ldap.groups_filter" leave them out.',
      }),
    ]
  return [ok(about, `${users} users, ${groups.length} groups`)]
}

export const ldap = check({ id: 'ldap', title: 'the directory gives users and groups', probe, judge })
