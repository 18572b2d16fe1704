/** A new secret in the place of one that got known; the old one stays aside until somebody says that all went well. */
import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import type { Config } from '../../config/model.ts'
import { secretFile } from '../../config/secret-files.ts'
import { realSecretsHost, type SecretsHost } from './ensure.ts'
import { readSecret } from './read.ts'
import { rotationOf } from './rotation.ts'
import { SecretError } from './secret-error.ts'
import type { WantedSecret } from './wanted.ts'
import { replaceSecret } from './write.ts'

/** What the name of a secret ends with while it stands aside. */
export const ASIDE = '.old'

const filesOf = (config: Config, names: readonly string[]): string[] =>
  names.map(name => secretFile(config.secrets, name))

/**
 * Makes a new secret, and anew what is made of it.
 * @returns what has to be done now, a sentence each
 * @throws SecretError where there is none yet, where the one of last time still stands aside, or where replacing it
 *   is no matter of a file
 */
export async function rotateSecret(
  config: Config,
  wanted: WantedSecret,
  host: SecretsHost = realSecretsHost,
): Promise<readonly string[]> {
  const { name } = wanted
  const { names, make, afterwards } = rotationOf(config, wanted)
  const files = filesOf(config, names)
  readSecret(config.secrets, name)
  const before = files.find(file => existsSync(`${file}${ASIDE}`))
  if (before !== undefined)
    throw new SecretError(
      'refused',
      `The one of before still stands aside in ${before}${ASIDE}. When the new one works: gatehouse secret rotate ${name} --forget. To have the old one back: gatehouse secret rotate ${name} --undo`,
    )
  const texts = await make(host)
  // All old ones stand aside before the first new one is there: whatever happens, --undo finds them.
  for (const file of files) if (existsSync(file)) await link(file, `${file}${ASIDE}`).catch(explain(file))
  for (const [index, file] of files.entries()) await replaceSecret(file, texts[index] ?? '')
  return afterwards
}

const explain = (file: string) => (error: unknown) => {
  const { code = String(error) } = error as NodeJS.ErrnoException
  throw new SecretError(
    'unwritable',
    `${file} cannot be put aside: ${code}. Run it as the user that owns the folder.`,
  )
}

/** The files that stand aside, by the names that they had. @throws SecretError where there are none */
function asideOf(config: Config, wanted: WantedSecret): string[] {
  const { names } = rotationOf(config, wanted)
  const aside = filesOf(config, names).filter(file => existsSync(`${file}${ASIDE}`))
  if (aside.length === 0) throw new SecretError('refused', `No old ${wanted.name} stands aside.`)
  return aside
}

/** Puts the old secret back. @returns what has to be done now  @throws SecretError where there is none */
export async function undoRotation(config: Config, wanted: WantedSecret): Promise<readonly string[]> {
  for (const file of asideOf(config, wanted)) await rename(`${file}${ASIDE}`, file).catch(explain(file))
  return rotationOf(config, wanted).afterwards
}

/** Removes the old secret for good. @throws SecretError where there is none */
export async function forgetRotation(config: Config, wanted: WantedSecret): Promise<void> {
  for (const file of asideOf(config, wanted)) await rm(`${file}${ASIDE}`).catch(explain(file))
}
