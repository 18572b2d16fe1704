/** The users file with its first user. */
import { argon2, randomBytes } from 'node:crypto'
import { promisify } from 'node:util'
import type { UserAnswer } from './answers.ts'
import { yamlText } from './house-text.ts'

/** Authelia's own defaults (authentication_backend.file.password.argon2): 64 MiB, three passes, four lanes. */
const [MEMORY, PASSES, LANES] = [65_536, 3, 4]

/** An argon2id digest as Authelia writes it (PHC string format). */
export async function digestOf(password: string, salt: Uint8Array = randomBytes(16)): Promise<string> {
  const tag = await promisify(argon2)('argon2id', {
    message: password,
    nonce: salt,
    memory: MEMORY,
    passes: PASSES,
    parallelism: LANES,
    tagLength: 32,
  })
  const bare = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${MEMORY},t=${PASSES},p=${LANES}$${bare(salt)}$${bare(tag)}`
}

/** users_database.yml, in Authelia's format. @param digest of the user's password */
export function usersText({ name, displayName, email, groups }: UserAnswer, digest: string): string {
  return [
    "# The users, in Authelia's format. gatehouse user adds and changes them.",
    'users:',
    `  ${yamlText(name)}:`,
    '    disabled: false',
    `    displayname: ${yamlText(displayName)}`,
    `    password: '${digest}'`,
    `    email: ${yamlText(email)}`,
    `    groups: [${groups.map(yamlText).join(', ')}]`,
    '',
  ].join('\n')
}
