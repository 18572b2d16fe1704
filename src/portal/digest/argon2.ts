/** argon2id, argon2i and argon2d (RFC 9106), Authelia's default: `$argon2id$v=19$m=65536,t=3,p=4$salt$key`. */
import { type Argon2Algorithm, argon2 } from 'node:crypto'
import { bounded, type Digest, DigestError, type Family } from './digest.ts'
import { sameKey, unpadded } from './encoding.ts'

const SHAPE = /^\$(argon2(?:id|i|d))\$v=(\d+)\$m=(\d+),t=(\d+),p=(\d+)\$([^$]+)\$([^$]+)$/

function derive(
  algorithm: Argon2Algorithm,
  password: string,
  cost: Cost,
  salt: Buffer,
  size: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const parameters = {
      message: Buffer.from(password, 'utf8'),
      nonce: salt,
      parallelism: cost.lanes,
      tagLength: size,
      memory: cost.memory,
      passes: cost.passes,
    }
    argon2(algorithm, parameters, (error, key) => (error === null ? resolve(key) : reject(error)))
  })
}

interface Cost {
  /** KiB */
  readonly memory: number
  readonly passes: number
  readonly lanes: number
}

export const argon2Family: Family = (encoded): Digest | undefined => {
  if (!encoded.startsWith('$argon2')) return undefined
  const [, name, version, m, t, p, saltText, keyText] = SHAPE.exec(encoded) ?? []
  if (name === undefined || saltText === undefined || keyText === undefined) {
    throw new DigestError('not an argon2 digest: $argon2id$v=19$m=…,t=…,p=…$salt$key')
  }
  if (version !== '19') throw new DigestError('only version 19 of argon2 is known')
  const lanes = bounded('parallelism (p)', p, 1, 255)
  const cost = {
    memory: bounded('memory (m, KiB)', m, 8 * lanes, 2 ** 21),
    passes: bounded('passes (t)', t, 1, 1000),
    lanes,
  }
  const salt = unpadded(saltText)
  const key = unpadded(keyText)
  if (salt.length < 8) throw new DigestError('the salt is shorter than 8 bytes')
  if (key.length < 4) throw new DigestError('the key is shorter than 4 bytes')
  const algorithm: Argon2Algorithm =
    name === 'argon2id' ? 'argon2id' : name === 'argon2i' ? 'argon2i' : 'argon2d'
  return {
    kind: `${name} m=${cost.memory} t=${cost.passes} p=${cost.lanes} k=${key.length}`,
    verify: async password => sameKey(await derive(algorithm, password, cost, salt, key.length), key),
  }
}
