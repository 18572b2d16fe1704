/** Makes the secrets that are missing, and says what does not fit among those that are there. */
import { randomBytes } from 'node:crypto'
import type { Config } from '../../config/model.ts'
import { secretFile } from '../../config/secret-files.ts'
import { ensureCertificates } from '../certificates/own.ts'
import { clientDigest, fitsDigest } from './client-digest.ts'
import { findSecret } from './read.ts'
import { SecretError } from './secret-error.ts'
import { autheliaKeys, fitsKeys, isSigningKey, makeSigningKey } from './signing-key.ts'
import { type Random, randomText } from './text.ts'
import { type WantedSecret, wantedSecrets } from './wanted.ts'
import { createSecret } from './write.ts'

/** Where randomness and the time come from. */
export interface SecretsHost {
  readonly random: Random
  /** Milliseconds since the epoch. */
  readonly now: () => number
  /** A private key in PEM. */
  readonly signingKey: () => Promise<string>
}

export const realSecretsHost: SecretsHost = { random: randomBytes, now: Date.now, signingKey: makeSigningKey }

/** What is wrong with a secret that is there: a sentence that shows nothing of it, and says what to do. */
export interface SecretFault {
  readonly name: string
  readonly message: string
}

export interface Ensured {
  /** Names of those that were made now. */
  readonly made: readonly string[]
  /** Names of those that were there. */
  readonly kept: readonly string[]
  /** What was left as it is and has to be seen to. */
  readonly faults: readonly SecretFault[]
  /** Why the certificate of an own authority was issued now, where it was: whatever shows it has to read it again. */
  readonly because?: string
}

/** A new secret. @param base the text of the secret that it is made of */
export async function freshSecret(wanted: WantedSecret, base: string, host: SecretsHost): Promise<string> {
  switch (wanted.form) {
    case 'text':
      return `${randomText(host.random)}\n`
    case 'digest':
      return `${await clientDigest(base, host.random)}\n`
    case 'key':
      return host.signingKey()
    case 'keys':
      return autheliaKeys(base)
    case 'certificate':
      throw new RangeError(`${wanted.name} is made by src/deploy/certificates`)
  }
}

/** What is wrong with a secret by itself or beside the one that it is made of. */
export async function judgeSecret(
  { name, form, from = '' }: WantedSecret,
  text: string,
  base: string | undefined,
): Promise<SecretFault | undefined> {
  const fault = (what: string): SecretFault => ({ name, message: `${name} ${what}.` })
  if (form === 'key' && !isSigningKey(text))
    return fault(
      'is no RSA key of 2048 bits or more: put the right file back, or remove this one and make another',
    )
  if (form === 'text' || form === 'key' || form === 'certificate') return undefined
  const again = `if the app knows ${from}, remove ${name} and run: gatehouse secret make`
  if (base === undefined)
    return fault(
      `is there, but ${from}, which it is made of, is not: put that file back, or remove both and make others`,
    )
  const fits = form === 'digest' ? await fitsDigest(base, text) : fitsKeys(base, text)
  if (fits) return undefined
  return form === 'digest'
    ? fault(`is not the digest of ${from}: logins of this app will fail; ${again}`)
    : fault(`does not hold the key of ${from}: remove ${name} and run: gatehouse secret make`)
}

async function ensureOne(
  config: Config,
  wanted: WantedSecret,
  derived: readonly WantedSecret[],
  host: SecretsHost,
): Promise<boolean> {
  const { name, from } = wanted
  if (findSecret(config.secrets, name) !== undefined) return false
  const base = from === undefined ? '' : findSecret(config.secrets, from)
  // Its digest is there: a new secret could not be the one that the app was told.
  const orphaned = derived.some(other => findSecret(config.secrets, other.name) !== undefined)
  if (base === undefined || orphaned) return false
  return createSecret(secretFile(config.secrets, name), await freshSecret(wanted, base, host))
}

/**
 * Makes every secret that the configuration wants and that is missing. Nothing is ever overwritten: what does
 * not fit is told.
 * @throws SecretError where the folder or a file cannot be read or written, LockError where another process makes
 *   certificates
 */
export async function ensureSecrets(config: Config, host: SecretsHost = realSecretsHost): Promise<Ensured> {
  const wanted = wantedSecrets(config).filter(({ form }) => form !== 'certificate')
  const made: string[] = []
  const kept: string[] = []
  const faults: SecretFault[] = []
  const chains = wanted.filter(({ from }) => from === undefined)
  await Promise.all(
    chains.map(async first => {
      const rest = wanted.filter(({ from }) => from === first.name)
      for (const each of [first, ...rest]) {
        const derived = each === first ? rest : []
        try {
          const fresh = await ensureOne(config, each, derived, host)
          const text = findSecret(config.secrets, each.name)
          if (text === undefined) continue
          ;(fresh ? made : kept).push(each.name)
          const base = each.from === undefined ? undefined : findSecret(config.secrets, each.from)
          const fault = fresh ? undefined : await judgeSecret(each, text, base)
          if (fault !== undefined) faults.push(fault)
        } catch (error) {
          if (!(error instanceof SecretError) || error.code === 'unwritable') throw error
          faults.push({ name: each.name, message: error.message })
        }
      }
    }),
  )
  const own = await ensureCertificates(config, host.now())
  const order = new Map(wanted.map(({ name }, index) => [name, index]))
  const place = (name: string): number => order.get(name) ?? 0
  return {
    made: [...made.sort((a, b) => place(a) - place(b)), ...own.made],
    kept: [...kept.sort((a, b) => place(a) - place(b)), ...own.kept],
    faults: [...faults.sort((a, b) => place(a.name) - place(b.name)), ...own.faults],
    ...(own.because === undefined ? {} : { because: own.because }),
  }
}
