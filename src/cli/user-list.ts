/** The users, for a terminal and for scripts. */
import { checkGroup } from '../deploy/users/rules.ts'
import { UserError } from '../deploy/users/user-error.ts'
import type { User } from '../portal/users-file.ts'
import { table } from './table.ts'

/** What an app would take wrongly, a sentence each. */
export function userWarnings(users: readonly User[]): string[] {
  const warnings = users.flatMap(({ name, groups }) =>
    groups.flatMap(group => {
      try {
        checkGroup(group)
        return []
      } catch (error) {
        if (error instanceof UserError) return [`${name}: ${error.message}`]
        throw error
      }
    }),
  )
  return [...new Set(warnings)]
}

/** One row a user. */
export function userTable(file: string, users: readonly User[]): string {
  const rows = users.map(({ name, displayName, email, groups, disabled }) => [
    name,
    disabled ? 'disabled' : 'enabled',
    displayName,
    email || '-',
    groups.join(', ') || '-',
  ])
  return `${file}\n${table([['NAME', 'STATE', 'SHOWN AS', 'ADDRESS', 'GROUPS'], ...rows])}`
}

/** Without digests: not even their kind. */
export const userJson = (users: readonly User[]): object[] =>
  users.map(({ name, displayName, email, groups, disabled }) => ({
    name,
    displayName,
    email,
    groups,
    disabled,
  }))
