/** bcrypt, plain (`$2b$12$…`) and over a SHA-256 (`$bcrypt-sha256$v=2,t=2b,r=12$salt$key`, passlib's version 2). */
import { createHmac } from 'node:crypto'
import { verify } from '@node-rs/bcrypt'
import { bounded, type Digest, DigestError, type Family } from './digest.ts'

const PLAIN = /^\$2[aby]?\$(\d{2})\$([./A-Za-z0-9]{22})([./A-Za-z0-9]{31})$/
const OVER_SHA256 = /^\$bcrypt-sha256\$v=2,t=2b,r=(\d{1,2})\$([./A-Za-z0-9]{22})\$([./A-Za-z0-9]{31})$/

function rounds(text: string | undefined): string {
  return String(bounded('cost', text, 4, 20)).padStart(2, '0')
}

function plain(encoded: string): Digest {
  const [, cost, salt, key] = PLAIN.exec(encoded) ?? []
  if (salt === undefined || key === undefined) throw new DigestError('not a bcrypt digest: $2b$12$…')
  const hash = `$2b$${rounds(cost)}$${salt}${key}`
  return { kind: `bcrypt r=${rounds(cost)}`, verify: password => verify(password, hash) }
}

function overSha256(encoded: string): Digest {
  const [, cost, salt, key] = OVER_SHA256.exec(encoded) ?? []
  if (salt === undefined || key === undefined) {
    throw new DigestError('not a bcrypt-sha256 digest of version 2: $bcrypt-sha256$v=2,t=2b,r=12$salt$key')
  }
  const hash = `$2b$${rounds(cost)}$${salt}${key}`
  return {
    kind: `bcrypt-sha256 r=${rounds(cost)}`,
    // The key of the HMAC is the salt as it is written, not its bytes.
    verify: password => verify(createHmac('sha256', salt).update(password, 'utf8').digest('base64'), hash),
  }
}

export const bcryptFamily: Family = encoded => {
  if (encoded.startsWith('$bcrypt-sha256$')) return overSha256(encoded)
  return /^\$2[aby]?\$/.test(encoded) ? plain(encoded) : undefined
}
