/** Certificates for tests, signed by themselves. */
import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import * as x509 from '@peculiar/x509'
import type { Certificate } from '../../src/config/model.ts'

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

export interface TestCertificate {
  readonly cert: string
  readonly key: string
  /** As TLS clients show it: pairs of hexadecimal digits in upper case, with colons. */
  readonly fingerprint: string
}

/** `days` from now until it ends. */
export async function makeCertificate(names: readonly string[], days = 90): Promise<TestCertificate> {
  const keys = await webcrypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify'])
  const now = Date.now()
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${names[0]}`,
    notBefore: new Date(now - 100 * 24 * 3_600_000),
    notAfter: new Date(now + days * 24 * 3_600_000),
    signingAlgorithm: ALGORITHM,
    keys,
    extensions: [new x509.SubjectAlternativeNameExtension(names.map(value => ({ type: 'dns', value })))],
  })
  const key = x509.PemConverter.encode(
    await webcrypto.subtle.exportKey('pkcs8', keys.privateKey),
    'PRIVATE KEY',
  )
  const digest = Buffer.from(await certificate.getThumbprint('SHA-256'))
    .toString('hex')
    .toUpperCase()
  return { cert: certificate.toString('pem'), key, fingerprint: (digest.match(/../g) ?? []).join(':') }
}

/** Puts one into a folder as NAME.pem and NAME.key. */
export function place(folder: string, name: string, { cert, key }: TestCertificate): Certificate {
  const pair = { certificate: join(folder, `${name}.pem`), key: join(folder, `${name}.key`) }
  writeFileSync(pair.certificate, cert)
  writeFileSync(pair.key, key)
  return pair
}
