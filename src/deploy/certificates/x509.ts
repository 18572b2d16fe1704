/** Making certificates: an authority of one's own, and what it signs for servers. Nothing is read or written here. */
import 'reflect-metadata'
import { createPrivateKey, createPublicKey, randomBytes, webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'
import { nameConstraints } from './name-constraints.ts'

x509.cryptoProvider.set(webcrypto as unknown as Parameters<typeof x509.cryptoProvider.set>[0])

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000

/** A certificate and its private key, both in PEM. */
export interface Pair {
  readonly certificate: string
  readonly key: string
}

export interface Validity {
  /** Milliseconds since the epoch. */
  readonly now: number
  /** How long it is valid, from a day before `now`: clocks of devices differ. */
  readonly days: number
}

function life({ now, days }: Validity): { serialNumber: string; notBefore: Date; notAfter: Date } {
  const notBefore = now - DAY
  // Both ends count (RFC 5280, 4.1.2.5), so that a second less is as long as is said.
  const notAfter = notBefore + days * DAY - 1000
  const serialNumber = `00${randomBytes(15).toString('hex')}`
  return { serialNumber, notBefore: new Date(notBefore), notAfter: new Date(notAfter) }
}

async function makeKey(): Promise<{ keys: webcrypto.CryptoKeyPair; pem: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const der = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return { keys, pem: `${x509.PemConverter.encode(der, 'PRIVATE KEY')}\n` }
}

function privateKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPrivateKey(pem).export({ type: 'pkcs8', format: 'der' })
  return webcrypto.subtle.importKey('pkcs8', new Uint8Array(der), ALGORITHM, true, ['sign'])
}

function publicKey(pem: string): Promise<webcrypto.CryptoKey> {
  const der = createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' })
  return webcrypto.subtle.importKey('spki', new Uint8Array(der), ALGORITHM, true, ['verify'])
}

/**
 * An authority (EC P-256) that may sign for servers in its domains and for nothing else.
 * @param subject its distinguished name  @param domains see `nameConstraints`
 */
export async function makeAuthority(
  subject: x509.JsonName,
  domains: readonly string[],
  validity: Validity,
): Promise<Pair> {
  const { keys, pem } = await makeKey()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    ...life(validity),
    name: subject,
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      new x509.Extension('2.5.29.30', true, nameConstraints(domains)),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: pem }
}

/**
 * A certificate for a server.
 * @param authority whose certificate and key, in PEM
 * @param names DNS names; the first is the subject's too
 * @param key the server's key in PEM; absent: a new one is made
 */
export async function makeLeaf(
  authority: Pair,
  names: readonly string[],
  validity: Validity,
  key?: string,
): Promise<Pair> {
  const issuer = new x509.X509Certificate(authority.certificate)
  const pem = key ?? (await makeKey()).pem
  const subjectKey = await publicKey(pem)
  const { notAfter, ...rest } = life(validity)
  const certificate = await x509.X509CertificateGenerator.create({
    ...rest,
    notAfter: new Date(Math.min(notAfter.getTime(), issuer.notAfter.getTime())),
    // A common name holds 64 characters at most; clients look at the alternative names alone.
    subject: [{ CN: [(names[0] ?? 'gatehouse').slice(0, 64)] }],
    issuer: issuer.subject,
    publicKey: subjectKey,
    signingKey: await privateKey(authority.key),
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      new x509.SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns' as const, value }))),
      await x509.AuthorityKeyIdentifierExtension.create(issuer),
      await x509.SubjectKeyIdentifierExtension.create(subjectKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: pem }
}
