/** Whether the users file can be used, and holds nobody whose password everyone knows. */
import type { Config } from '../../config/model.ts'
import { readUsersFile, type User } from '../../portal/users-file.ts'
import { failed, type Seen } from '../outside.ts'
import { check, type Finding, fault, ok, type Premises, skipped, warning } from '../types.ts'

interface UsersSeen {
  readonly file: string
  readonly text: Seen<string>
  /** Whose password is one that everyone knows. */
  readonly guessed: readonly string[]
  /** How many were tried before the time was up. */
  readonly tried: number
}

/** Authelia's own template, the documents' examples, the demo's. */
const known = (name: string): readonly string[] => ['authelia', 'password', name, `${name}-password`]

function usersFile({ portal, deploy }: Config): string | undefined {
  if (portal !== undefined) return portal.users
  return deploy.users.ldap === undefined ? deploy.users.file : undefined
}

/** One digest may cost a quarter of a second, so only as long as patience lasts. */
async function guess(
  users: readonly User[],
  until: () => boolean,
): Promise<{ guessed: string[]; tried: number }> {
  const guessed: string[] = []
  let tried = 0
  for (const { name, digest } of users) {
    for (const password of known(name)) {
      if (!until()) return { guessed, tried }
      if (!(await digest.verify(password).catch(() => false))) continue
      guessed.push(name)
      break
    }
    tried++
  }
  return { guessed, tried }
}

async function probe(premises: Premises): Promise<UsersSeen | undefined> {
  const { config, outside } = premises
  const file = usersFile(config)
  if (file === undefined) return undefined
  const text = await outside.read(file)
  if (failed(text)) return { file, text, guessed: [], tried: 0 }
  const end = performance.now() + outside.patience
  const enabled = readUsersFile(file, text).users.filter(({ disabled }) => !disabled)
  return { file, text, ...(await guess(enabled, () => performance.now() < end)) }
}

function judge(seen: UsersSeen | undefined, { deploy }: Config): Finding[] {
  if (seen === undefined)
    return [skipped(`Users come from ${deploy.users.ldap?.address.address ?? 'LDAP'}: see ldap.`)]
  const { file, text, guessed, tried } = seen
  if (failed(text)) {
    if (text.code === 'EACCES') return [skipped(`${file} may not be read by this user: run this as root.`)]
    return [
      fault('', {
        saw: `The users file ${file} cannot be read: ${text.failed}.`,
        why: 'Nobody can log in.',
        do: 'gatehouse user add makes it with its first user, or name yours under "deploy.users.file" or "portal.users".',
      }),
    ]
  }
  const { users, faults } = readUsersFile(file, text)
  const broken = faults.map(({ line, message, hint }) =>
    fault('', {
      saw: `${file}:${line}: ${message}.`,
      why: 'The file is refused as a whole: nobody can log in, or those of before a change go on.',
      do: /yescrypt|unknown algorithm/.test(message)
        ? 'Authelia reads no yescrypt ($y$, as /etc/shadow has it): gatehouse user passwd makes another digest.'
        : (hint ?? 'Correct that line; gatehouse user list reads the file as the portal does.'),
    }),
  )
  if (broken.length > 0) return broken
  const found: Finding[] = []
  for (const { name, groups } of users) {
    const comma = groups.find(group => group.includes(','))
    if (comma !== undefined)
      found.push(
        fault(name, {
          saw: `The group "${comma}" of ${name} has a comma in its name (${file}).`,
          why: 'Apps get the groups in one header, with commas between them: they read two groups.',
          do: 'Give the group a name without a comma: gatehouse user groups.',
        }),
      )
  }
  if (users.every(({ disabled }) => disabled))
    found.push(
      warning('', {
        saw: `Every user in ${file} is disabled.`,
        why: 'Nobody can log in.',
        do: 'gatehouse user add',
      }),
    )
  for (const name of guessed)
    found.push(
      fault(name, {
        saw: `The password of ${name} is one that everyone tries first (the name itself, an example's, or the demo's).`,
        why: 'The first robot that finds the login page is in.',
        do: `gatehouse user passwd ${name}`,
      }),
    )
  if (found.length > 0) return found
  const enabled = users.filter(({ disabled }) => !disabled).length
  const most = tried < enabled ? ` (of ${tried} the password was tried, then the time was up)` : ''
  return [ok('', `${enabled} can log in, none with a password that everyone knows${most}`)]
}

export const users = check({ id: 'users', title: 'the users file can be used', probe, judge })
