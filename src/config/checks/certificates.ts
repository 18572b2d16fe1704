import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Path } from '../fault.ts'
import type { Checking } from './checking.ts'
import { hostsOf, inside, portalHost } from './hosts.ts'
import { readText } from './read-text.ts'

const day = 86_400_000

/** The first certificate of a PEM file, or undefined with a fault. */
export function readCertificate(checking: Checking, path: Path, text: string): X509Certificate | undefined {
  try {
    if (!text.includes('-----BEGIN CERTIFICATE-----')) throw new Error('no PEM')
    return new X509Certificate(text)
  } catch {
    const key = text.includes('PRIVATE KEY-----')
    const message = key
      ? 'This file holds a private key, not a certificate.'
      : 'This file holds no certificate in PEM ("-----BEGIN CERTIFICATE-----").'
    checking.fault(
      path,
      message,
      key
        ? 'the file with the certificate'
        : 'what this makes of it: openssl x509 -inform der -in FILE -out FILE.pem',
    )
    return undefined
  }
}

function readKey(checking: Checking, path: Path, text: string): KeyObject | undefined {
  try {
    return createPrivateKey(text)
  } catch {
    const locked = /ENCRYPTED/.test(text)
    const message = locked
      ? 'This key has a passphrase, and nobody is there to type it.'
      : 'This file holds no private key in PEM.'
    checking.fault(
      path,
      message,
      locked
        ? 'the same key without one: openssl pkey -in FILE -out FILE.key'
        : 'the key that was made with the certificate',
    )
    return undefined
  }
}

function checkDates(checking: Checking, path: Path, certificate: X509Certificate): void {
  const left = certificate.validToDate.getTime() - checking.host.now()
  const date = certificate.validToDate.toISOString().slice(0, 10)
  if (left < 0)
    checking.fault(path, `This certificate ended on ${date}; browsers refuse it.`, 'a renewed one')
  else if (left < 14 * day)
    checking.warn(
      path,
      `This certificate ends on ${date}, in ${Math.floor(left / day)} days.`,
      'a renewed one; it is taken up without a restart',
    )
  if (certificate.validFromDate.getTime() > checking.host.now()) {
    checking.fault(
      path,
      `This certificate begins on ${certificate.validFromDate.toISOString().slice(0, 10)} only.`,
      "the right time on this machine's clock, or another certificate",
    )
  }
}

/** The TLS certificates of the listeners: readable, with their keys, in their time, for our hosts. */
export function checkCertificates(checking: Checking): void {
  const { file } = checking
  for (const [index, listener] of (file.listen ?? []).entries()) {
    if (listener.tls === undefined) continue
    const good: X509Certificate[] = []
    for (const [row, pair] of listener.tls.entries()) {
      const path = ['listen', index, 'tls', row]
      const text = readText(checking, [...path, 'certificate'], pair.certificate)
      const secret = readText(checking, [...path, 'key'], pair.key)
      const certificate =
        text === undefined ? undefined : readCertificate(checking, [...path, 'certificate'], text)
      const key = secret === undefined ? undefined : readKey(checking, [...path, 'key'], secret)
      if (certificate === undefined) continue
      good.push(certificate)
      checkDates(checking, [...path, 'certificate'], certificate)
      if (key !== undefined && !certificate.checkPrivateKey(key)) {
        checking.fault(
          [...path, 'key'],
          'This key is not the key of the certificate beside it.',
          'the key that was made with it',
        )
      }
    }
    if (good.length === listener.tls.length) checkNames(checking, ['listen', index, 'tls'], good)
  }
}

function checkNames(checking: Checking, path: Path, certificates: readonly X509Certificate[]): void {
  const { domain, apps } = checking.file
  if (domain === undefined) return
  const hosts = Object.entries(apps ?? {}).flatMap(([name, app]) =>
    hostsOf(name, app, domain).map(({ host }) => host),
  )
  const portal = checking.file.portal === undefined ? undefined : portalHost(checking)?.host
  if (portal !== undefined) hosts.push(portal)
  const bare = hosts.filter(
    host => inside(host, domain) && !certificates.some(each => each.checkHost(host) !== undefined),
  )
  if (bare.length === 0) return
  const shown =
    bare.length > 3 ? `${bare.slice(0, 3).join(', ')} and ${bare.length - 3} more` : bare.join(', ')
  checking.warn(
    path,
    `No certificate here is for ${shown}.`,
    `a certificate for *.${domain}, or a list of certificates`,
    'key',
  )
}
