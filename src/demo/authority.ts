/** The demo's own certificate authority, and the certificate that it gives to the demo's hosts. */
import 'reflect-metadata'
import { createHash, randomBytes, webcrypto } from 'node:crypto'
import { chmod, mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000
const AUTHORITY_DAYS = 3650
/** Browsers refuse leaves that live longer than 398 days; Apple's stop at 825 even for local authorities. */
const LEAF_DAYS = 90
const RENEW_DAYS = 7

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

interface Pair {
  readonly certificate: x509.X509Certificate
  readonly key: webcrypto.CryptoKey
}

const provider = webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0]

async function importKey(pem: string): Promise<webcrypto.CryptoKey> {
  return webcrypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, true, ['sign'])
}

async function exportKey(key: webcrypto.CryptoKey): Promise<string> {
  return x509.PemConverter.encode(await webcrypto.subtle.exportKey('pkcs8', key), 'PRIVATE KEY')
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
    const [first] = x509.PemConverter.decode(chain)
    if (first === undefined) return undefined
    return { certificate: new x509.X509Certificate(first), key: await importKey(secret) }
  } catch {
    return undefined // absent or damaged: a new one is made
  }
}

const validity = (now: number, days: number) => ({
  serialNumber: `00${randomBytes(15).toString('hex')}`,
  notBefore: new Date(now - DAY),
  notAfter: new Date(now + days * DAY),
})

async function makeAuthority(now: number, hosts: readonly string[]): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...validity(now, AUTHORITY_DAYS),
    name: 'CN=Gatehouse demo authority,O=Gatehouse demo on this computer',
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      nameConstraint(hosts),
    ],
  })
  return { certificate, key: keys.privateKey }
}

/**
 * RFC 5280 section 4.2.1.10, critical: a stolen key of this authority signs for the demo's domain and
 * nothing else. DER by hand, since x509 has no class for it: [0] permitted, each a [2] dNSName.
 */
function nameConstraint(domains: readonly string[]): x509.Extension {
  const wrap = (tag: number, content: Buffer): Buffer =>
    Buffer.concat([Buffer.from([tag, content.length]), content])
  const permitted = domains.map(domain => wrap(0x30, wrap(0x82, Buffer.from(domain))))
  return new x509.Extension('2.5.29.30', true, wrap(0x30, wrap(0xa0, Buffer.concat(permitted))))
}

async function makeLeaf(now: number, authority: Pair, names: readonly string[]): Promise<Pair> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    ...validity(now, LEAF_DAYS),
    subject: `CN=${names[0] ?? 'gatehouse'}`,
    issuer: authority.certificate.subject,
    publicKey: keys.publicKey,
    signingKey: authority.key,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns' as const, value }))),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate, key: keys.privateKey }
}

const lives = (certificate: x509.X509Certificate, now: number): boolean =>
  certificate.notBefore.getTime() <= now && certificate.notAfter.getTime() > now + RENEW_DAYS * DAY

async function fits(leaf: Pair, authority: Pair, names: readonly string[], now: number): Promise<boolean> {
  const extension = leaf.certificate.getExtension(x509.SubjectAlternativeNameExtension)
  const has = new Set(extension?.names.items.map(item => item.value))
  return (
    lives(leaf.certificate, now) &&
    names.every(name => has.has(name)) &&
    (await leaf.certificate.verify({ publicKey: authority.certificate.publicKey, signatureOnly: true }))
  )
}

/**
 * Finds the authority of a folder, or makes it, with a certificate for the hosts of a domain.
 * @param folder where it is kept; made with mode 0700, its keys with 0600
 * @param now milliseconds since the epoch
 * @throws what the file system throws where the folder cannot be written
 */
export async function openAuthority(folder: string, domain: string, now: number): Promise<Authority> {
  x509.cryptoProvider.set(provider)
  await mkdir(folder, { recursive: true, mode: 0o700 })
  const path = (name: string): string => join(folder, name)
  const [root, rootKey, leaf, leafKey] = ['authority.pem', 'authority.key', 'hosts.pem', 'hosts.key'].map(
    path,
  ) as [string, string, string, string]
  let authority = await readPair(root, rootKey)
  const made = authority === undefined || !lives(authority.certificate, now)
  if (authority === undefined || made) {
    authority = await makeAuthority(now, [domain])
    await write(rootKey, await exportKey(authority.key), 0o600)
    await write(root, `${authority.certificate.toString('pem')}\n`, 0o644)
  }
  await chmod(rootKey, 0o600)
  const names = [domain, `*.${domain}`]
  const kept = await readPair(leaf, leafKey)
  if (kept === undefined || !(await fits(kept, authority, names, now))) {
    const fresh = await makeLeaf(now, authority, names)
    await write(leafKey, await exportKey(fresh.key), 0o600)
    await write(leaf, `${fresh.certificate.toString('pem')}\n`, 0o644)
  }
  const digest = createHash('sha256').update(new Uint8Array(authority.certificate.rawData)).digest('hex')
  return {
    certificate: root,
    leaf,
    leafKey,
    fingerprint: (digest.toUpperCase().match(/../g) ?? []).join(':'),
    made,
  }
}
