/** sha256crypt and sha512crypt (Drepper's): `$6$rounds=50000$salt$key`. */
import { bounded, type Digest, DigestError, type Family } from './digest.ts'
import { verifyInWorker } from './sha-crypt-worker.ts'

const SHAPE = /^\$([56])\$(?:rounds=(\d+)\$)?([^$]{1,16})\$([./A-Za-z0-9]+)$/
const KEY_LENGTH = { '5': 43, '6': 86 } as const

export const shaCryptFamily: Family = (encoded): Digest | undefined => {
  if (!/^\$[56]\$/.test(encoded)) return undefined
  const [, id, roundsText, , key] = SHAPE.exec(encoded) ?? []
  if ((id !== '5' && id !== '6') || key === undefined || key.length !== KEY_LENGTH[id]) {
    throw new DigestError('not a sha512crypt or sha256crypt digest: $6$rounds=50000$salt$key')
  }
  const rounds = bounded('rounds', roundsText ?? '5000', 1000, 10_000_000)
  return {
    kind: `${id === '5' ? 'sha256crypt' : 'sha512crypt'} r=${rounds}`,
    verify: password => verifyInWorker(password, encoded),
  }
}
