/** What a certificate says, by node's own means: nothing here loads what makes them. */
import { createPrivateKey, X509Certificate } from 'node:crypto'

/** The first certificate of a text in PEM, or undefined. */
export function readPem(text: string): X509Certificate | undefined {
  try {
    return text.includes('-----BEGIN CERTIFICATE-----') ? new X509Certificate(text) : undefined
  } catch {
    return undefined
  }
}

/** Whether a text is a certificate in PEM and another its private key. */
export function isPair(certificate: string, key: string): boolean {
  try {
    return readPem(certificate)?.checkPrivateKey(createPrivateKey(key)) ?? false
  } catch {
    return false
  }
}

/** The DNS names that a certificate is for. */
export function namesOf(certificate: string): string[] {
  const names = readPem(certificate)?.subjectAltName ?? ''
  return names.split(', ').flatMap(name => (name.startsWith('DNS:') ? [name.slice(4)] : []))
}

/** Whether an authority signed a certificate, by name and by signature. */
export function issuedBy(certificate: string, authority: string): boolean {
  const [leaf, issuer] = [readPem(certificate), readPem(authority)]
  if (leaf === undefined || issuer === undefined) return false
  return leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey)
}

/** Whether a text is a private key on the curve P-256, without a passphrase. */
export function isEcKey(text: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(text)
    return asymmetricKeyType === 'ec' && asymmetricKeyDetails?.namedCurve === 'prime256v1'
  } catch {
    return false
  }
}
