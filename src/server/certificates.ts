/** The certificates of a listener, chosen by the name that the client asks for (SNI, RFC 6066 section 3). */
import { X509Certificate } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { createSecureContext, type SecureContext } from 'node:tls'
import type { Certificate } from '../config/model.ts'
import type { Clock } from '../types.ts'
import { fileFault, StartFault } from './start-fault.ts'

export interface Certificates {
  /** Of the first certificate: for a client that names no host, or one that no certificate covers. */
  readonly fallback: { readonly cert: Buffer; readonly key: Buffer }
  /** The context for a name, by the exact name first and then by wildcard. */
  contextFor(name: string): SecureContext
  /** What will soon be, or already is, a reason for a browser to complain. */
  readonly warnings: readonly string[]
}

const SOON = 14 * 24 * 3_600_000

/**
 * Reads certificates and keys.
 * @throws StartFault naming the file that is missing, unreadable, no PEM, or of another key.
 */
export async function loadCertificates(files: readonly Certificate[], clock: Clock): Promise<Certificates> {
  const loaded = await Promise.all(files.map(load))
  const [first] = loaded
  if (first === undefined) throw new StartFault('A TLS listener needs a certificate.')

  const names = new Map<string, SecureContext>()
  for (const { certificate, context } of loaded) {
    for (const name of dnsNames(certificate)) if (!names.has(name)) names.set(name, context)
  }
  return {
    fallback: { cert: first.cert, key: first.key },
    contextFor(asked) {
      const name = asked.toLowerCase()
      return names.get(name) ?? names.get(name.replace(/^[^.]+/, '*')) ?? first.context
    },
    warnings: loaded.flatMap(({ file, certificate }) => complaints(file, certificate, clock())),
  }
}

async function load(pair: Certificate) {
  const [cert, key] = await Promise.all([
    readFile(pair.certificate).catch(error =>
      Promise.reject(fileFault('certificate', pair.certificate, error)),
    ),
    readFile(pair.key).catch(error => Promise.reject(fileFault('key', pair.key, error))),
  ])
  let certificate: X509Certificate
  try {
    certificate = new X509Certificate(cert)
  } catch {
    throw new StartFault(
      `${pair.certificate} is not a certificate.`,
      'It must be PEM: "-----BEGIN CERTIFICATE-----", the host\'s own first, then its chain.',
    )
  }
  try {
    return { file: pair.certificate, cert, key, certificate, context: createSecureContext({ cert, key }) }
  } catch (error) {
    // OpenSSL's reason names no part of the key.
    const reason = error instanceof Error ? error.message : String(error)
    throw new StartFault(
      `The key ${pair.key} does not go with the certificate ${pair.certificate} (${reason}).`,
      'Were both renewed? The key must be PEM without a passphrase.',
    )
  }
}

function dnsNames(certificate: X509Certificate): string[] {
  const names = certificate.subjectAltName?.split(', ') ?? []
  return names.filter(name => name.startsWith('DNS:')).map(name => name.slice(4).toLowerCase())
}

function complaints(file: string, certificate: X509Certificate, now: number): string[] {
  const end = certificate.validToDate.getTime()
  if (end <= now) return [`The certificate ${file} expired on ${day(end)}.`]
  if (end - now < SOON) return [`The certificate ${file} expires on ${day(end)}.`]
  if (certificate.validFromDate.getTime() > now) return [`The certificate ${file} is not valid yet.`]
  return []
}

function day(time: number): string {
  return new Date(time).toISOString().slice(0, 10)
}
