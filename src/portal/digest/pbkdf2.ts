/** PBKDF2 (RFC 8018): `$pbkdf2-sha512$310000$salt$key`; without a name of a hash it is SHA-1. */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { bounded, type Digest, DigestError, type Family } from './digest.ts'
import { adapted, sameKey } from './encoding.ts'

const derive = promisify(pbkdf2)
const SHAPE = /^\$pbkdf2(?:-(sha1|sha224|sha256|sha384|sha512))?\$(\d+)\$([^$]+)\$([^$]+)$/

export const pbkdf2Family: Family = (encoded): Digest | undefined => {
  if (!encoded.startsWith('$pbkdf2')) return undefined
  const [, name, iterationText, saltText, keyText] = SHAPE.exec(encoded) ?? []
  if (iterationText === undefined || saltText === undefined || keyText === undefined) {
    throw new DigestError('not a pbkdf2 digest: $pbkdf2-sha512$iterations$salt$key')
  }
  const hash = name ?? 'sha1'
  const iterations = bounded('iterations', iterationText, 1, 20_000_000)
  const salt = adapted(saltText)
  const key = adapted(keyText)
  if (key.length < 16) throw new DigestError('the key is shorter than 16 bytes')
  return {
    kind: `pbkdf2-${hash} i=${iterations} k=${key.length}`,
    verify: async password =>
      sameKey(await derive(Buffer.from(password, 'utf8'), salt, iterations, key.length, hash), key),
  }
}
