/** Where a new password comes from: a prompt, standard input, or chance. Never the command line, which others can see. */
import { randomBytes } from 'node:crypto'
import { randomText } from '../deploy/secrets/text.ts'
import { UserError } from '../deploy/users/user-error.ts'
import { type Call, UsageFault, type World } from './command.ts'
import { askHidden, canAsk } from './hidden.ts'

/** Letters and digits, 119 bits. */
const GENERATED = 20

/** Whether the options fit each other and the place. @throws UsageFault before anything is asked */
export function checkSource({ flags, world }: Call): void {
  if (flags.has('generate') && flags.has('password-stdin'))
    throw new UsageFault('--generate or --password-stdin, not both.')
  if (!flags.has('generate') && !flags.has('password-stdin') && !canAsk(world))
    throw new UsageFault('There is no terminal to ask for the password: --password-stdin or --generate.')
}

async function piped({ stdin }: World): Promise<string> {
  let text = ''
  for await (const part of stdin.setEncoding('utf8')) text += part
  const password = text.replace(/\r?\n$/, '')
  if (/[\r\n]/.test(password))
    throw new UserError('The input has more than one line: the password alone is wanted.')
  return password
}

/**
 * The new password.
 * @throws UserError where the two that were typed differ, Abandoned
 */
export async function newPassword(name: string, { flags, world }: Call): Promise<string> {
  if (flags.has('generate')) return randomText(randomBytes, GENERATED)
  if (flags.has('password-stdin')) return piped(world)
  const [first = '', second] = await askHidden([`New password for ${name}: `, 'The same again: '], world)
  if (first !== second) throw new UserError('These two differ. Nothing was changed.')
  return first
}
