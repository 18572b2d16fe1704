/** The demo's people, and the files of a real installation: gatehouse.yml, its users and their second factors. */
import { argon2, randomBytes } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { Secret, TOTP } from 'otpauth'
import { openDevices } from '../portal/totp-file.ts'
import type { AppName } from './apps.ts'

/** Where notes takes the answer of a login. */
export const CALLBACK = '/oauth2/callback'

/** The demo's domain: browsers take every name under .localhost to be this computer (RFC 6761 section 6.3). */
export const DOMAIN = 'gatehouse.localhost'

const ISSUER = 'Gatehouse demo'

export interface Person {
  readonly name: string
  readonly groups: readonly string[]
}

export const PEOPLE: readonly Person[] = [
  { name: 'alice', groups: ['admins', 'family'] },
  { name: 'bob', groups: ['family'] },
  { name: 'dave', groups: ['dev'] },
  { name: 'frank', groups: [] },
]

/** Passwords are for trying out: `<name>-password`. */
export const passwordOf = (name: string): string => `${name}-password`

/** What guards each app, as gatehouse.yml says it. */
const RULES: Readonly<Record<AppName, string>> = {
  whoami: 'policy: one_factor',
  porch: 'policy: two_factor',
  chat: 'policy: one_factor',
  admin: "policy: deny, rules: [{ subject: ['group:admins'], policy: one_factor }]",
  public: 'policy: bypass',
}

/** An argon2id digest as Authelia writes it (PHC string format). */
async function digest(password: string): Promise<string> {
  const nonce = randomBytes(16)
  const [memory, passes, parallelism] = [19_456, 2, 1] // OWASP's least for argon2id
  const tag = await promisify(argon2)('argon2id', {
    message: password,
    nonce,
    memory,
    passes,
    parallelism,
    tagLength: 32,
  })
  const bare = (bytes: Buffer): string => bytes.toString('base64').replaceAll('=', '')
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${bare(nonce)}$${bare(tag)}`
}

async function usersFile(): Promise<string> {
  const entries = await Promise.all(
    PEOPLE.map(
      async ({ name, groups }) => `  ${name}:
    disabled: false
    displayname: '${name[0]?.toUpperCase()}${name.slice(1)}'
    password: '${await digest(passwordOf(name))}'
    email: '${name}@${DOMAIN}'
    groups: [${groups.join(', ')}]
`,
    ),
  )
  return `# Written by gatehouse demo. The passwords are <name>-password.\nusers:\n${entries.join('')}`
}

interface Place {
  readonly port: number
  readonly certificate: string
  readonly key: string
  readonly ports: Readonly<Record<AppName, number>>
  /** The origin of the app that speaks OpenID Connect itself. */
  readonly notes: string
}

function gatehouseFile({ port, certificate, key, ports, notes }: Place): string {
  const apps = Object.entries(ports).map(
    ([name, at]) => `  ${name}: { upstream: 'http://127.0.0.1:${at}', ${RULES[name as AppName]} }\n`,
  )
  return `# Written by gatehouse demo.
domain: ${DOMAIN}
public_port: ${port}
listen:
  - address: 127.0.0.1:${port}
    tls: { certificate: ${JSON.stringify(certificate)}, key: ${JSON.stringify(key)} }
portal:
  host: auth.${DOMAIN}
  users: users_database.yml
  totp: totp.json
apps:
${apps.join('')}oidc_apps:
  notes: { kind: custom, url: '${notes}', client: { redirect_uris: ['${notes}${CALLBACK}'] } }
`
}

/** Alice's second factor, the same for as long as the folder is kept, so that an authenticator app stays right. */
export async function secretOf(folder: string): Promise<string> {
  const file = join(folder, 'alice.totp')
  try {
    const kept = (await readFile(file, 'utf8')).trim()
    if (/^[A-Z2-7]{32}$/.test(kept)) return kept
  } catch {
    // not there yet
  }
  const fresh = new Secret({ size: 20 }).base32
  await mkdir(folder, { recursive: true, mode: 0o700 })
  await writeFile(file, `${fresh}\n`, { mode: 0o600 })
  return fresh
}

/** Alice's authenticator. `generate({ timestamp })` gives the code of that time; toString() the otpauth address. */
export function authenticator(secret: string): TOTP {
  return new TOTP({ issuer: ISSUER, label: 'alice', secret: Secret.fromBase32(secret) })
}

/**
 * Writes users_database.yml and totp.json into a folder.
 * @param now milliseconds since the epoch, when alice's second factor is set up
 */
export async function writePeople(folder: string, secret: string, now: number): Promise<void> {
  const devices = await openDevices(join(folder, 'totp.json'))
  await Promise.all([
    writeFile(join(folder, 'users_database.yml'), await usersFile(), { mode: 0o600 }),
    devices.set('alice', {
      secret,
      algorithm: 'SHA1',
      digits: 6,
      period: 30,
      issuer: ISSUER,
      created: new Date(now).toISOString(),
    }),
  ])
}

/**
 * Writes the demo's configuration into a folder, beside its people.
 * @returns the path of gatehouse.yml
 */
export async function furnish(folder: string, place: Place): Promise<string> {
  const file = join(folder, 'gatehouse.yml')
  await writeFile(file, gatehouseFile(place))
  return file
}
