/** Every digest that Authelia can write, read from its text. */
import { argon2Family } from './argon2.ts'
import { bcryptFamily } from './bcrypt.ts'
import { type Digest, DigestError, type Family } from './digest.ts'
import { pbkdf2Family } from './pbkdf2.ts'
import { scryptFamily } from './scrypt.ts'
import { shaCryptFamily } from './sha-crypt.ts'

const FAMILIES: readonly Family[] = [argon2Family, pbkdf2Family, scryptFamily, bcryptFamily, shaCryptFamily]

/**
 * Reads a digest, with or without the `{CRYPT}` that older Authelias wrote before it.
 * @throws DigestError with a message for a person
 */
export function readDigest(text: string): Digest {
  const encoded = text.startsWith('{CRYPT}') ? text.slice(7) : text
  for (const family of FAMILIES) {
    const digest = family(encoded)
    if (digest !== undefined) return digest
  }
  if (/^\$(plaintext|base64)\$/.test(encoded) || !encoded.startsWith('$')) {
    throw new DigestError(
      'a password must be a digest, not the password: authelia crypto hash generate argon2',
    )
  }
  throw new DigestError('a digest of an unknown algorithm')
}
