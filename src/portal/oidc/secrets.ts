/** The provider's secrets as `gatehouse secret make` leaves them: the signing key and the digests of client secrets. */
import { createHash, createPrivateKey } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { SECRETS, secretFile } from '../../config/secret-files.ts'
import { type Digest, DigestError } from '../digest/digest.ts'
import { readDigest } from '../digest/read.ts'
import type { OidcSettings } from './settings.ts'

/** A file of secrets is not there or cannot be used. Its message shows nothing of it. */
export class OidcSecretFileError extends Error {
  override name = 'OidcSecretFileError'
}

/** A private key for RS256, in the form of RFC 7517. */
export interface SigningKey {
  readonly [part: string]: unknown
  readonly kid: string
}

export interface ClientSecret {
  readonly digest: Digest
  /** The digest as it is written. */
  readonly text: string
}

export interface OidcSecrets {
  readonly key: SigningKey
  /** By client_id; public clients have none. */
  readonly clients: ReadonlyMap<string, ClientSecret>
}

async function read(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException
    const what = code === 'ENOENT' ? 'is missing' : `cannot be read (${code})`
    throw new OidcSecretFileError(`${file} ${what}: gatehouse secret make`)
  }
}

/** RFC 7638: the key's thumbprint, of which Authelia's name for a key is the beginning. */
function thumbprint({ e, n }: { readonly e?: unknown; readonly n?: unknown }): string {
  return createHash('sha256')
    .update(JSON.stringify({ e, kty: 'RSA', n }))
    .digest('hex')
}

/** @throws OidcSecretFileError where it is no RSA key of 2048 bits or more (RFC 7518, 3.3) */
export function readKey(file: string, pem: string): SigningKey {
  try {
    const key = createPrivateKey(pem)
    const bits = key.asymmetricKeyDetails?.modulusLength ?? 0
    if (key.asymmetricKeyType !== 'rsa' || bits < 2048) throw new TypeError('another kind of key')
    const jwk = key.export({ format: 'jwk' })
    return { ...jwk, alg: 'RS256', use: 'sig', kid: `${thumbprint(jwk).slice(0, 6)}-rs256` }
  } catch {
    throw new OidcSecretFileError(`${file} is not a private RSA key of 2048 bits or more in PEM`)
  }
}

/** @throws OidcSecretFileError */
export async function readSecrets(settings: OidcSettings): Promise<OidcSecrets> {
  const keyFile = secretFile(settings.secrets, SECRETS.oidcKey)
  const key = readKey(keyFile, await read(keyFile))
  const clients = new Map<string, ClientSecret>()
  for (const client of settings.clients) {
    if (client.public) continue
    const file = secretFile(settings.secrets, SECRETS.clientDigest(client.app))
    const text = (await read(file)).trim()
    try {
      clients.set(client.client_id, { digest: readDigest(text), text })
    } catch (error) {
      if (!(error instanceof DigestError)) throw error
      throw new OidcSecretFileError(`${file}: ${error.message}`)
    }
  }
  return { key, clients }
}
