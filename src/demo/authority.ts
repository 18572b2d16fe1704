/** The demo's own certificate authority, and the certificate that it gives to the demo's hosts. */
import { randomBytes, X509Certificate } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { isPair, issuedBy, namesOf } from '../deploy/certificates/look.ts'
import { makeAuthority, makeLeaf, type Pair } from '../deploy/certificates/x509.ts'

const DAY = 86_400_000
const AUTHORITY_DAYS = 3650
/** Browsers refuse leaves that live longer than 398 days; Apple's stop at 825 even for local authorities. */
const LEAF_DAYS = 90
const RENEW_DAYS = 7
const SUBJECT = [{ CN: ['Gatehouse demo authority'] }, { O: ['Gatehouse demo on this computer'] }]

/** Files of the authority, as absolute paths. */
export interface Authority {
  /** The authority's certificate, to trust. */
  readonly certificate: string
  /** The chain for the hosts, and its key. */
  readonly leaf: string
  readonly leafKey: string
  /** SHA-256 of the authority's certificate, in hexadecimal pairs with colons. */
  readonly fingerprint: string
  /** Whether the authority was made just now. */
  readonly made: boolean
}

/** Written beside and renamed, so that a demo that starts at the same time never reads half a file. */
async function write(file: string, text: string, mode: number): Promise<void> {
  const fresh = `${file}.${randomBytes(4).toString('hex')}`
  await writeFile(fresh, text, { mode })
  await rename(fresh, file)
}

async function readPair(certificate: string, key: string): Promise<Pair | undefined> {
  try {
    const [chain, secret] = await Promise.all([readFile(certificate, 'utf8'), readFile(key, 'utf8')])
    return isPair(chain, secret) ? { certificate: chain, key: secret } : undefined
  } catch {
    return undefined // absent: a new one is made
  }
}

const lives = ({ certificate }: Pair, now: number): boolean => {
  const { validFromDate, validToDate } = new X509Certificate(certificate)
  return validFromDate.getTime() <= now && validToDate.getTime() > now + RENEW_DAYS * DAY
}

function fits(leaf: Pair, authority: Pair, names: readonly string[], now: number): boolean {
  return (
    lives(leaf, now) &&
    names.every(name => namesOf(leaf.certificate).includes(name)) &&
    issuedBy(leaf.certificate, authority.certificate)
  )
}

/**
 * Finds the authority of a folder, or makes it, with a certificate for the hosts of a domain.
 * @param folder where it is kept; made with mode 0700, its keys with 0600
 * @param now milliseconds since the epoch
 * @throws what the file system throws where the folder cannot be written
 */
export async function openAuthority(folder: string, domain: string, now: number): Promise<Authority> {
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = (name: string): string => join(folder, name)
  const [root, rootKey, leaf, leafKey] = ['authority.pem', 'authority.key', 'hosts.pem', 'hosts.key'].map(
    path,
  ) as [string, string, string, string]
  let authority = await readPair(root, rootKey)
  const made = authority === undefined || !lives(authority, now)
  if (authority === undefined || made) {
    authority = await makeAuthority(SUBJECT, [domain], { now, days: AUTHORITY_DAYS })
    await write(rootKey, authority.key, 0o600)
    await write(root, authority.certificate, 0o644)
  }
  await chmod(rootKey, 0o600)
  const names = [domain, `*.${domain}`]
  const kept = await readPair(leaf, leafKey)
  if (kept === undefined || !fits(kept, authority, names, now)) {
    const fresh = await makeLeaf(authority, names, { now, days: LEAF_DAYS })
    await write(leafKey, fresh.key, 0o600)
    await write(leaf, fresh.certificate, 0o644)
  }
  const { fingerprint256: fingerprint } = new X509Certificate(authority.certificate)
  return { certificate: root, leaf, leafKey, fingerprint, made }
}
