/** The base64 spellings of password digests, and the comparison of their keys. */
import { timingSafeEqual } from 'node:crypto'
import { DigestError } from './digest.ts'

/** Base64 without padding, as PHC strings have it. @throws DigestError */
export function unpadded(text: string): Buffer {
  if (!/^[A-Za-z0-9+/]+$/.test(text) || text.length % 4 === 1)
    throw new DigestError('the digest is not base64')
  return Buffer.from(text, 'base64')
}

/** passlib's "adapted base64" of pbkdf2: `.` instead of `+`, no padding. @throws DigestError */
export function adapted(text: string): Buffer {
  return unpadded(text.replaceAll('.', '+'))
}

/** Compares in time that does not depend on the contents. */
export function sameKey(a: Buffer, b: Buffer): boolean {
  return a.length === b.length && timingSafeEqual(a, b)
}
