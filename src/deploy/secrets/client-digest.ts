/** The digest of a client secret, as Authelia's configuration has it. */
import { pbkdf2 } from 'node:crypto'
import { promisify } from 'node:util'
import { readDigest } from '../../portal/digest/read.ts'
import type { Random } from './text.ts'

const derive = promisify(pbkdf2)

/** What `authelia crypto hash generate pbkdf2 --variant sha512` takes; OWASP's number for SHA-512 is lower. */
const ITERATIONS = 310_000
const SALT = 16
const KEY = 64

/** passlib's "adapted base64": `.` instead of `+`, no padding. */
const adapted = (bytes: Uint8Array): string =>
  Buffer.from(bytes).toString('base64').replaceAll('=', '').replaceAll('+', '.')

/** `$pbkdf2-sha512$310000$salt$key`, which takes about a quarter of a second to make. */
export async function clientDigest(secret: string, random: Random): Promise<string> {
  const salt = random(SALT)
  const key = await derive(Buffer.from(secret, 'utf8'), salt, ITERATIONS, KEY, 'sha512')
  return `$pbkdf2-sha512$${ITERATIONS}$${adapted(salt)}$${adapted(key)}`
}

/** Whether a digest is that of the secret; false for what is no digest. */
export async function fitsDigest(secret: string, digest: string): Promise<boolean> {
  try {
    return await readDigest(digest).verify(secret)
  } catch {
    return false
  }
}
