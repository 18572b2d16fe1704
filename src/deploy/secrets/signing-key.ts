/** The key that signs ID tokens, alone and as a part of Authelia's configuration. */
import { createHash, createPrivateKey, createPublicKey, generateKeyPair } from 'node:crypto'
import { promisify } from 'node:util'
import { parse } from 'yaml'

const generate = promisify(generateKeyPair)

/** An RSA key of 2048 bits for RS256, PKCS #8 in PEM. */
export async function makeSigningKey(): Promise<string> {
  const { privateKey } = await generate('rsa', { modulusLength: 2048 })
  return privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
}

/** The public half of a private key in PEM, to compare two. @throws where it is no private key */
function publicHalf(pem: string): Buffer {
  return createPublicKey(createPrivateKey(pem)).export({ type: 'spki', format: 'der' })
}

/** Whether a text is a private RSA key of at least 2048 bits, without a passphrase. */
export function isSigningKey(pem: string): boolean {
  try {
    const { asymmetricKeyType, asymmetricKeyDetails } = createPrivateKey(pem)
    return asymmetricKeyType === 'rsa' && (asymmetricKeyDetails?.modulusLength ?? 0) >= 2048
  } catch {
    return false
  }
}

/**
 * The key's name in tokens and at /jwks.json. It comes of the public half, so that a new key has a new name and
 * apps that keep keys by their name fetch it.
 */
export function keyId(pem: string): string {
  return `gatehouse-${createHash('sha256').update(publicHalf(pem)).digest('hex').slice(0, 16)}`
}

/** The key as Authelia's configuration has it (identity_providers.oidc.jwks): a second file beside the rendered one. */
export function autheliaKeys(pem: string): string {
  const lines = pem.trim().split('\n')
  return [
    '# The key that signs ID tokens, for Authelia. Made by "gatehouse secret make" from oidc/key.pem.',
    'identity_providers:',
    '  oidc:',
    '    jwks:',
    `      - key_id: '${keyId(pem)}'`,
    "        algorithm: 'RS256'",
    "        use: 'sig'",
    '        key: |',
    ...lines.map(line => `          ${line}`),
    '',
  ].join('\n')
}

/** Whether Authelia's file has this key, and first, for RS256: that one it signs with by default. */
export function fitsKeys(pem: string, file: string): boolean {
  try {
    const content = parse(file) as {
      identity_providers: { oidc: { jwks: { algorithm: string; key: string }[] } }
    }
    const first = content.identity_providers.oidc.jwks.find(({ algorithm }) => algorithm === 'RS256')
    return first !== undefined && publicHalf(first.key).equals(publicHalf(pem))
  } catch {
    return false
  }
}
