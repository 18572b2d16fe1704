import 'reflect-metadata'
import { webcrypto } from 'node:crypto'
import * as x509 from '@peculiar/x509'

x509.cryptoProvider.set(webcrypto)

export interface Certificate {
  readonly key: string
  readonly cert: string
  /** SHA-256 in plain lower-case hex. */
  readonly fingerprint: string
}

const algorithm = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' }

/** A self-signed certificate for these names, already over when `expired`. */
export async function selfSigned(names: x509.JsonGeneralName[], expired = false): Promise<Certificate> {
  const keys = await webcrypto.subtle.generateKey(algorithm, true, ['sign', 'verify'])
  const day = 86_400_000
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    name: 'CN=test upstream',
    serialNumber: '01',
    notBefore: new Date(Date.now() - 3 * day),
    notAfter: new Date(Date.now() + (expired ? -day : day)),
    keys,
    signingAlgorithm: algorithm,
    extensions: [
      new x509.BasicConstraintsExtension(true, 1, true),
      new x509.SubjectAlternativeNameExtension(names),
    ],
  })
  const pkcs8 = await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)
  return {
    key: x509.PemConverter.encode(pkcs8, 'PRIVATE KEY'),
    cert: certificate.toString('pem'),
    fingerprint: Buffer.from(await certificate.getThumbprint('SHA-256')).toString('hex'),
  }
}
