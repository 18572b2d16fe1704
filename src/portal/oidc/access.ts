/** Whether a user may log in to an app, and how well they must have proven who they are. */
import type { Client } from '../../catalog/types.ts'
import type { Level } from '../../types.ts'
import type { User } from '../users-file.ts'

/** The app's groups first, as in the rules that Authelia is given: who is in none of them is denied. */
export function requiredOf(client: Client, user: User): Level | 'denied' {
  const { groups, policy } = client
  if (policy === 'deny') return 'denied'
  if (groups.length > 0 && !user.groups.some(group => groups.includes(group))) return 'denied'
  return policy === 'two_factor' ? 2 : 1
}
