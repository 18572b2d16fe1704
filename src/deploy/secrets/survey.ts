/** What stands in the folder of the secrets, beside what should; nothing is changed and no secret is told. */
import { type Stats, statSync } from 'node:fs'
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { certificateFaults } from '../certificates/own.ts'
import { judgeSecret } from './ensure.ts'
import { findSecret } from './read.ts'
import { ASIDE } from './rotate.ts'
import { SecretError } from './secret-error.ts'
import { givenSecrets, type WantedSecret, wantedSecrets } from './wanted.ts'

export interface SecretState {
  /** Below the folder; an absolute path for one that someone else made. */
  readonly name: string
  readonly file: string
  readonly about: string
  /** Whether Gatehouse makes it. */
  readonly ours: boolean
  readonly there: boolean
  /** When it was written, in milliseconds since the epoch. */
  readonly written?: number
  /** Its permissions: 0o600. */
  readonly mode?: number
  /** Whether the one of before still stands aside. */
  readonly aside: boolean
  /** What is wrong with it, a sentence each. */
  readonly faults: readonly string[]
}

export interface Survey {
  readonly folder: string
  /** Of the folder itself. */
  readonly faults: readonly string[]
  readonly secrets: readonly SecretState[]
}

function look(file: string): Stats | undefined {
  try {
    return statSync(file)
  } catch {
    return undefined
  }
}

const octal = (mode: number): string => `0${(mode & 0o777).toString(8).padStart(3, '0')}`

/** What is wrong with permissions: undefined where the owner alone may do anything. */
function tooOpen(file: string, stats: Stats | undefined, right: string): string[] {
  if (stats === undefined || (stats.mode & 0o077) === 0) return []
  return [`${file} may be read by others than its owner (${octal(stats.mode)}): chmod ${right} ${file}`]
}

async function judge(config: Config, wanted: WantedSecret, now: number): Promise<string[]> {
  try {
    if (wanted.form === 'certificate') return certificateFaults(config, wanted.name, now)
    const text = findSecret(config.secrets, wanted.name)
    const base = wanted.from === undefined ? undefined : findSecret(config.secrets, wanted.from)
    const fault = text === undefined ? undefined : await judgeSecret(wanted, text, base)
    return fault === undefined ? [] : [fault.message]
  } catch (error) {
    if (error instanceof SecretError) return [error.message]
    throw error
  }
}

async function ours(config: Config, wanted: WantedSecret, now: number): Promise<SecretState> {
  const file = secretFile(config.secrets, wanted.name)
  const stats = look(file)
  return {
    name: wanted.name,
    file,
    about: wanted.about,
    ours: true,
    // The authority's key may be kept elsewhere: it is asked for when it has to sign.
    there: stats !== undefined || wanted.name === SECRETS.authorityKey,
    ...(stats === undefined ? {} : { written: stats.mtimeMs, mode: stats.mode & 0o777 }),
    aside: look(`${file}${ASIDE}`) !== undefined,
    faults: [...tooOpen(file, stats, '600'), ...(await judge(config, wanted, now))],
  }
}

/**
 * Looks at every secret that the configuration wants, made here or elsewhere.
 * @param now milliseconds since the epoch
 */
export async function surveySecrets(config: Config, now: number): Promise<Survey> {
  const made = await Promise.all(wantedSecrets(config).map(wanted => ours(config, wanted, now)))
  const given = givenSecrets(config).map(({ file, about }): SecretState => {
    const stats = look(file)
    const there = stats === undefined ? {} : { written: stats.mtimeMs, mode: stats.mode & 0o777 }
    const faults = tooOpen(file, stats, '600')
    return {
      name: file,
      file,
      about,
      ours: false,
      there: stats !== undefined,
      ...there,
      aside: false,
      faults,
    }
  })
  const folder = config.secrets
  return { folder, faults: tooOpen(folder, look(folder), '700'), secrets: [...made, ...given] }
}
