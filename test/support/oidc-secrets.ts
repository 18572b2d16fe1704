/** The secrets of an OpenID Connect provider, as `gatehouse secret make` leaves them, but cheap. */
import { generateKeyPairSync, pbkdf2Sync } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { SECRETS } from '../../src/config/secret-files.ts'

let key: string | undefined

/** RSA 2048 in PKCS #8, the same in all of one test file: making one takes a tenth of a second. */
export function rsaKey(): string {
  key ??= generateKeyPairSync('rsa', { modulusLength: 2048 })
    .privateKey.export({ type: 'pkcs8', format: 'pem' })
    .toString()
  return key
}

/** The clear secret of an app. */
export const secretOf = (app: string): string => `${app}-secret-of-40-characters-or-so-0123456`

const adapted = (bytes: Buffer) => bytes.toString('base64').replaceAll('+', '.').replace(/=+$/, '')

/** Authelia's digest of a secret, with an iteration or two. */
export function digestOf(secret: string, iterations = 2): string {
  const salt = Buffer.from('0123456789abcdef')
  const digest = pbkdf2Sync(secret, salt, iterations, 64, 'sha512')
  return `$pbkdf2-sha512$${iterations}$${adapted(salt)}$${adapted(digest)}`
}

/** Writes key and digests below a folder. @param apps name to clear secret; undefined: `secretOf` */
export function writeOidcSecrets(folder: string, apps: Readonly<Record<string, string | undefined>>): void {
  const write = (name: string, text: string) => {
    const file = join(folder, name)
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, text, { mode: 0o600 })
  }
  write(SECRETS.oidcKey, rsaKey())
  for (const [app, secret = secretOf(app)] of Object.entries(apps)) {
    write(SECRETS.client(app), secret)
    write(SECRETS.clientDigest(app), `${digestOf(secret)}\n`)
  }
}
