/** scrypt (RFC 7914): `$scrypt$ln=16,r=8,p=1$salt$key`. yescrypt is another algorithm, which node does not have. */
import { type ScryptOptions, scrypt } from 'node:crypto'
import { bounded, type Digest, DigestError, type Family } from './digest.ts'
import { sameKey, unpadded } from './encoding.ts'

const SHAPE = /^\$scrypt\$ln=(\d+),r=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/
const MOST_MEMORY = 2 ** 31

function derive(password: string, salt: Buffer, size: number, options: ScryptOptions): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(Buffer.from(password, 'utf8'), salt, size, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}

export const scryptFamily: Family = (encoded): Digest | undefined => {
  if (encoded.startsWith('$y$')) {
    throw new DigestError(
      'yescrypt digests cannot be checked here; write a new one: authelia crypto hash generate argon2',
    )
  }
  if (!encoded.startsWith('$scrypt$')) return undefined
  const [, lnText, rText, pText, saltText, keyText] = SHAPE.exec(encoded) ?? []
  if (saltText === undefined || keyText === undefined) {
    throw new DigestError('not a scrypt digest: $scrypt$ln=16,r=8,p=1$salt$key')
  }
  const ln = bounded('cost (ln)', lnText, 1, 24)
  const r = bounded('block size (r)', rText, 1, 64)
  const p = bounded('parallelism (p)', pText, 1, 64)
  const memory = 128 * 2 ** ln * r
  if (memory > MOST_MEMORY) throw new DigestError('the digest asks for more than 2 GiB of memory')
  const salt = unpadded(saltText)
  const key = unpadded(keyText)
  if (key.length < 16) throw new DigestError('the key is shorter than 16 bytes')
  // Node refuses more than 32 MiB unless told otherwise; Authelia's default needs 64.
  const options = { N: 2 ** ln, r, p, maxmem: memory + 128 * r * (p + 2) + 2 ** 20 }
  return {
    kind: `scrypt ln=${ln} r=${r} p=${p} k=${key.length}`,
    verify: async password => sameKey(await derive(password, salt, key.length, options), key),
  }
}
