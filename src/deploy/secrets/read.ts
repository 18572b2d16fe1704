/** Reading a secret. */
import { readFileSync } from 'node:fs'
import { unreadable } from '../../config/host.ts'
import { secretFile } from '../../config/secret-files.ts'
import { SecretError } from './secret-error.ts'

/**
 * A secret, without the line feed that ends its file.
 * @param folder `config.secrets`
 * @param name one of `SECRETS`
 * @throws SecretError that says what to do, where it is not there, empty, or not for this user to read
 */
export function readSecret(folder: string, name: string): string {
  const file = secretFile(folder, name)
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'ENOENT')
      throw new SecretError(
        'missing',
        `The secret ${name} is not in ${folder} yet: run: gatehouse secret make`,
      )
    const hint = code === 'EACCES' ? ': run this as the user that owns it, mostly root' : ''
    throw new SecretError('unreadable', `The secret ${file} ${unreadable(error)}${hint}.`)
  }
  const secret = text.replace(/[\r\n]+$/, '')
  if (secret === '')
    throw new SecretError(
      'empty',
      `The secret ${file} is empty: remove the file and run: gatehouse secret make`,
    )
  return secret
}

/** The same, or undefined where it was never made. @throws SecretError */
export function findSecret(folder: string, name: string): string | undefined {
  try {
    return readSecret(folder, name)
  } catch (error) {
    if (error instanceof SecretError && error.code === 'missing') return undefined
    throw error
  }
}
