/** Certificates of a test house's authority, right and wrong ones. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' } as const
const DAY = 86_400_000

export interface Files {
  readonly certificate: string
  readonly key: string
}

interface Signer {
  readonly certificate: x509.X509Certificate
  readonly key: webcrypto.CryptoKey
}

/** The authority that `openAuthority` made in a folder. */
export async function authorityIn(folder: string): Promise<Signer> {
  const key = x509.PemConverter.decodeFirst(readFileSync(join(folder, 'authority.key'), 'utf8'))
  return {
    certificate: new x509.X509Certificate(readFileSync(join(folder, 'authority.pem'), 'utf8')),
    key: await webcrypto.subtle.importKey('pkcs8', key, ALGORITHM, true, ['sign']),
  }
}

/** @param days from now until it ends; negative: it is over */
async function issue(by: Signer, subject: string, names: readonly string[], days: number, authority = false) {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.create({
    subject,
    issuer: by.certificate.subject,
    notBefore: new Date(Date.now() - 60 * DAY),
    notAfter: new Date(Date.now() + days * DAY),
    publicKey: keys.publicKey,
    signingKey: by.key,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(authority, undefined, true),
      await x509.AuthorityKeyIdentifierExtension.create(by.certificate),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey),
      ...(authority
        ? []
        : [new x509.SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns' as const, value })))]),
    ],
  })
  return { certificate, key: keys.privateKey }
}

async function place(folder: string, name: string, { certificate, key }: Signer): Promise<Files> {
  const files = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  writeFileSync(files.certificate, `${certificate.toString('pem')}\n`)
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', key)
  writeFileSync(files.key, x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'), { mode: 0o600 })
  return files
}

/** A server's certificate of the authority, put into a folder. */
export async function leaf(
  folder: string,
  name: string,
  by: Signer,
  names: readonly string[],
  days: number,
): Promise<Files> {
  return place(folder, name, await issue(by, `CN=${names[0]}`, names, days))
}

/** A server's certificate that an authority in between signed, without that one beside it. */
export async function lonelyLeaf(
  folder: string,
  name: string,
  by: Signer,
  names: readonly string[],
): Promise<Files> {
  const between = await issue(by, 'CN=House R11', [], 90, true)
  return place(folder, name, await issue(between, `CN=${names[0]}`, names, 90))
}

/** An authority that may sign others, in PEM: the house's own may not. */
export async function root(): Promise<Signer & { readonly pem: string }> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=House root',
    notBefore: new Date(Date.now() - DAY),
    notAfter: new Date(Date.now() + 90 * DAY),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [new x509.BasicConstraintsExtension(true, undefined, true)],
  })
  return { certificate, key: keys.privateKey, pem: certificate.toString('pem') }
}
