/** Digests of new passwords, as Authelia writes them. */
import { argon2 } from 'node:crypto'
import type { Random } from '../secrets/text.ts'

/** Authelia's defaults, RFC 9106's second recommendation: 64 MiB, three passes, four lanes. */
const COST = { memory: 65_536, passes: 3, parallelism: 4, tagLength: 32 }
const SALT = 16

const unpadded = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64').replaceAll('=', '')

/** `$argon2id$v=19$m=65536,t=3,p=4$salt$key`. */
export async function passwordDigest(password: string, random: Random): Promise<string> {
  const nonce = random(SALT)
  const key = await new Promise<Buffer>((resolve, reject) => {
    const parameters = { ...COST, message: Buffer.from(password, 'utf8'), nonce }
    argon2('argon2id', parameters, (error, made) => (error === null ? resolve(made) : reject(error)))
  })
  const { memory, passes, parallelism } = COST
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${unpadded(nonce)}$${unpadded(key)}`
}
