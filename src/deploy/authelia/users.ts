/** authentication_backend: users from a file or from a directory. */
import type { House } from '../types.ts'
import type { Section, Value } from './document.ts'
import { directoryOf } from './ldap.ts'
import { usersFile } from './paths.ts'

export function usersSection(house: House): Section {
  const { deploy } = house.config
  const password_reset = { disable: !deploy.reset_password }
  const password_change = { disable: false }
  const { ldap } = deploy.users
  if (ldap === undefined) {
    return {
      key: 'authentication_backend',
      about: 'The users: a file that `gatehouse user` writes, and Authelia when somebody changes a password.',
      value: {
        password_reset,
        password_change,
        file: {
          path: usersFile(house),
          watch: true,
          // What `gatehouse user` writes too: RFC 9106's second recommendation, as Authelia has it.
          password: {
            algorithm: 'argon2',
            argon2: {
              variant: 'argon2id',
              iterations: 3,
              memory: 65_536,
              parallelism: 4,
              key_length: 32,
              salt_length: 16,
            },
          },
        },
      },
      notes: {
        password_reset: 'Whether a forgotten password can be set anew by mail.',
        'file.watch': 'true: a change counts at once.',
        'file.password': 'For new passwords; old ones keep what they have.',
      },
    }
  }
  const directory = directoryOf(ldap)
  return {
    key: 'authentication_backend',
    about:
      'The users: a directory. Its password comes from AUTHELIA_AUTHENTICATION_BACKEND_LDAP_PASSWORD_FILE.',
    value: { password_reset, password_change, refresh_interval: '1m', ldap: directory as unknown as Value },
    notes: {
      refresh_interval: 'So late a changed group is noticed.',
      'ldap.users_filter': 'How a user is found: {input} is what they typed.',
      'ldap.groups_filter':
        "How a user's groups are found: {dn} is the user. A group's name must have no comma.",
      'ldap.attributes': 'What the directory calls things.',
    },
  }
}
