/** A new secret in the place of one that got known; the old one stays aside until somebody says that all went well. */
import { existsSync } from 'node:fs'
import { link, rename, rm } from 'node:fs/promises'
import type { Config } from '../../config/model.ts'
import { secretFile } from '../../config/secret-files.ts'
import { freshSecret, realSecretsHost, type SecretsHost } from './ensure.ts'
import { readSecret } from './read.ts'
import { SecretError } from './secret-error.ts'
import { type WantedSecret, wantedSecrets } from './wanted.ts'
import { replaceSecret } from './write.ts'

/** What the name of a secret ends with while it stands aside. */
export const ASIDE = '.old'

/** A secret and what is made of it. */
interface Group {
  readonly first: WantedSecret
  readonly files: readonly string[]
  readonly rest: readonly WantedSecret[]
}

function groupOf(config: Config, first: WantedSecret): Group {
  if (first.from !== undefined)
    throw new SecretError(
      'refused',
      `${first.name} is made of ${first.from}: gatehouse secret rotate ${first.from}`,
    )
  if (first.fixed !== undefined) throw new SecretError('refused', `${first.name}: ${first.fixed}`)
  const rest = wantedSecrets(config).filter(({ from }) => from === first.name)
  return { first, rest, files: [first, ...rest].map(({ name }) => secretFile(config.secrets, name)) }
}

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
  const { first, rest, files } = groupOf(config, wanted)
  readSecret(config.secrets, first.name)
  const before = files.find(file => existsSync(`${file}${ASIDE}`))
  if (before !== undefined)
    throw new SecretError(
      'refused',
      `The one of before still stands aside in ${before}${ASIDE}. When the new one works: gatehouse secret rotate ${first.name} --forget. To have the old one back: gatehouse secret rotate ${first.name} --undo`,
    )
  const text = await freshSecret(first, '', host)
  const texts = [text]
  for (const each of rest) texts.push(await freshSecret(each, text.trimEnd(), host))
  // All old ones stand aside before the first new one is there: whatever happens, --undo finds them.
  for (const file of files) if (existsSync(file)) await link(file, `${file}${ASIDE}`).catch(explain(file))
  for (const [index, file] of files.entries()) await replaceSecret(file, texts[index] ?? '')
  return first.afterwards ?? []
}

const explain = (file: string) => (error: unknown) => {
  const { code = String(error) } = error as NodeJS.ErrnoException
  throw new SecretError(
    'unwritable',
    `${file} cannot be put aside: ${code}. Run it as the user that owns the folder.`,
  )
}

/** Puts the old secret back. @throws SecretError where there is none */
export async function undoRotation(config: Config, wanted: WantedSecret): Promise<readonly string[]> {
  const { first, files } = groupOf(config, wanted)
  const aside = files.filter(file => existsSync(`${file}${ASIDE}`))
  if (aside.length === 0) throw nothingAside(first.name)
  for (const file of aside) await rename(`${file}${ASIDE}`, file).catch(explain(file))
  return first.afterwards ?? []
}

/** Removes the old secret for good. @throws SecretError where there is none */
export async function forgetRotation(config: Config, wanted: WantedSecret): Promise<void> {
  const { first, files } = groupOf(config, wanted)
  const aside = files.filter(file => existsSync(`${file}${ASIDE}`))
  if (aside.length === 0) throw nothingAside(first.name)
  for (const file of aside) await rm(`${file}${ASIDE}`).catch(explain(file))
}

const nothingAside = (name: string): SecretError => new SecretError('refused', `No old ${name} stands aside.`)
