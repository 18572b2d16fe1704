/** The house's own authority and certificate: made once, issued anew when it is time. */
import { existsSync } from 'node:fs'
import { mkdir } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Config } from '../../config/model.ts'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { withLock } from '../lock.ts'
import { findSecret, readSecret } from '../secrets/read.ts'
import { SecretError } from '../secrets/secret-error.ts'
import { createSecret, replaceSecret } from '../secrets/write.ts'
import { issueAuthority, issueSite } from './issue.ts'
import { due, type Fault, judgeAuthority, judgeSite, type OwnTexts } from './judge.ts'
import { isPair } from './look.ts'
import type { Pair } from './x509.ts'

export interface OwnCertificates {
  /** Names of the files that were written now. */
  readonly made: readonly string[]
  readonly kept: readonly string[]
  readonly faults: readonly Fault[]
  /** Why the certificate was issued, where it was. */
  readonly because?: string
}

/** Its files, as far as they are there. @throws SecretError where one cannot be read */
export function ownTexts({ secrets }: Config): OwnTexts {
  const find = (name: string): string | undefined => {
    const text = findSecret(secrets, name)
    return text === undefined ? undefined : `${text}\n`
  }
  const [authority, site, siteKey] = [SECRETS.authority, SECRETS.certificate, SECRETS.certificateKey].map(
    find,
  )
  return { authority, site, siteKey }
}

/** The authority with its key, to sign. @throws SecretError where the key is not there or another's */
export function signingPair({ secrets }: Config): Pair {
  const certificate = `${readSecret(secrets, SECRETS.authority)}\n`
  const key = findSecret(secrets, SECRETS.authorityKey)
  const where = secretFile(secrets, SECRETS.authorityKey)
  if (key === undefined)
    throw new SecretError(
      'missing',
      `A certificate has to be signed, and the authority's key is not at ${where}: put it there for that, and run: gatehouse secret make.`,
    )
  if (!isPair(certificate, key))
    throw new SecretError(
      'refused',
      `${where} is not the key of ${SECRETS.authority}: put the right file back.`,
    )
  return { certificate, key }
}

/** What is wrong with one of the files, and what is to be done; nothing is read but certificates and the site's key. */
export function certificateFaults(config: Config, name: string, now: number): string[] {
  const texts = ownTexts(config)
  if (texts.authority === undefined || texts.site === undefined) return []
  const faults = [judgeAuthority(config, texts.authority, now), judgeSite(texts)]
  const own = faults.flatMap(fault => (fault?.name === name ? [fault.message] : []))
  const because = name === SECRETS.certificate ? due(config, texts, now) : undefined
  if (because === undefined || own.length > 0) return own
  return [`${name} has to be issued anew (${because}): gatehouse secret make.`]
}

async function ensure(config: Config, now: number): Promise<OwnCertificates> {
  const file = (name: string): string => secretFile(config.secrets, name)
  const made: string[] = []
  const kept: string[] = []
  let texts = ownTexts(config)
  if (texts.authority === undefined) {
    if (findSecret(config.secrets, SECRETS.authorityKey) !== undefined)
      return { made, kept, faults: [ORPHAN] }
    const authority = await issueAuthority(config, now)
    await createSecret(file(SECRETS.authorityKey), authority.key)
    await createSecret(file(SECRETS.authority), authority.certificate)
    made.push(SECRETS.authority, SECRETS.authorityKey)
    texts = ownTexts(config)
  } else
    kept.push(SECRETS.authority, ...(existsSync(file(SECRETS.authorityKey)) ? [SECRETS.authorityKey] : []))
  const { authority = '', siteKey } = texts
  const fault = judgeAuthority(config, authority, now) ?? judgeSite(texts)
  if (fault !== undefined) return { made, kept, faults: [fault] }
  const because = due(config, texts, now)
  if (because === undefined) {
    kept.push(SECRETS.certificate, SECRETS.certificateKey)
    return { made, kept, faults: [] }
  }
  const authorityPair = sign(config)
  if ('message' in authorityPair) return { made, kept, faults: [authorityPair] }
  const site = await issueSite(config, authorityPair, now, siteKey)
  if (siteKey === undefined) await createSecret(file(SECRETS.certificateKey), site.key)
  await replaceSecret(file(SECRETS.certificate), site.certificate)
  made.push(SECRETS.certificate)
  ;(siteKey === undefined ? made : kept).push(SECRETS.certificateKey)
  return { made, kept, faults: [], because }
}

const ORPHAN: Fault = {
  name: SECRETS.authorityKey,
  message: `${SECRETS.authorityKey} is there, but ${SECRETS.authority} is not: put that file back, or remove the key and run: gatehouse secret make.`,
}

function sign(config: Config): Pair | Fault {
  try {
    return signingPair(config)
  } catch (error) {
    if (!(error instanceof SecretError)) throw error
    return { name: SECRETS.authorityKey, message: error.message }
  }
}

/**
 * Makes the authority once, and the certificate of the site when it is missing, ends within 30 days, or is not for
 * every host. Does nothing where certificates come from somewhere else.
 * @param now milliseconds since the epoch
 * @throws SecretError where a file cannot be read or written, LockError where another process is at it
 */
export async function ensureCertificates(config: Config, now: number): Promise<OwnCertificates> {
  if (config.deploy.certificates.from !== 'own') return { made: [], kept: [], faults: [] }
  const folder = dirname(secretFile(config.secrets, SECRETS.authority))
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 })
  } catch (error) {
    const { code = String(error) } = error as NodeJS.ErrnoException
    throw new SecretError('unwritable', `${folder} cannot be made: ${code}.`)
  }
  return withLock(`${folder}/.lock`, () => ensure(config, now))
}
