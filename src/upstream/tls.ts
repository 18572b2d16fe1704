import { readFileSync } from 'node:fs'
import { isIP } from 'node:net'
import type { ConnectionOptions, TLSSocket } from 'node:tls'
import type { Target } from './types.ts'

/**
 * How the upstream's TLS is opened. Verified unless the configuration says otherwise; ALPN offers HTTP/1.1
 * alone, since that is what we speak.
 * @throws {Error} ENOENT and the like when the `ca` file cannot be read.
 */
export function tlsOptions(target: Target): ConnectionOptions {
  const host = hostOf(target)
  const trust = target.upstream_tls
  const options: ConnectionOptions = {
    host,
    port: Number(new URL(target.upstream.origin).port || 443),
    ALPNProtocols: ['http/1.1'],
    // A pinned certificate is looked at by `verifyPin`, before the first byte of a request.
    rejectUnauthorized: !(trust?.insecure_skip_verify || trust?.fingerprint),
  }
  // RFC 6066 section 3: an address is no server name.
  if (isIP(host) === 0) options.servername = host
  if (trust?.ca) options.ca = readFileSync(trust.ca)
  return options
}

/** The host to connect to, without the brackets of an IPv6 literal. */
export function hostOf(target: Target): string {
  return new URL(target.upstream.origin).hostname.replace(/^\[|\]$/g, '')
}

/** Whether the upstream showed the pinned certificate; true where none is pinned. */
export function verifyPin(target: Target, socket: TLSSocket): boolean {
  const pin = target.upstream_tls?.fingerprint
  if (pin === undefined) return true
  const shown = socket.getPeerX509Certificate()?.fingerprint256
  return shown !== undefined && plain(shown) === plain(pin)
}

function plain(fingerprint: string): string {
  return fingerprint.replaceAll(':', '').toLowerCase()
}
