/** A home for a test: certificates, people and a gatehouse.yml, and the gateway on it in a process of its own. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import process from 'node:process'
import { Secret } from 'otpauth'
import { openAuthority } from '../../src/demo/authority.ts'
import { type Answer, Browser } from '../../src/demo/browser.ts'
import { authenticator, DOMAIN, passwordOf, writePeople } from '../../src/demo/household.ts'
import { freePort } from '../../src/demo/port.ts'
import { type Program, start } from './programs.ts'

const MAIN = join(import.meta.dirname, '..', '..', 'src', 'main.ts')

interface Teardown {
  teardown(fn: () => unknown): void
}

export interface HouseOptions {
  /** What stands under `apps:`, indented by two. `$name` stays as it is: fill in ports yourself. */
  readonly apps: string
  /** More keys of the top level, such as `trusted_proxies:`. */
  readonly top?: string
  /** Under `portal:`, indented by two. */
  readonly portal?: string
  /** Under `apps:` stands the domain gatehouse.localhost unless told. */
  readonly domain?: string
  /** The port of addresses that are handed out, where a server in front of the gateway has it. */
  readonly publicPort?: number
}

export interface House {
  readonly folder: string
  /** The path of gatehouse.yml. */
  readonly file: string
  readonly domain: string
  /** The port that browsers are told: of the TLS listener, or of the server in front. */
  readonly publicPort: number
  /** The TLS listener's port. A plain listener and a forward-auth door on port 0 stand behind it in `listen`. */
  readonly tlsPort: number
  /** Certificates in PEM, and where the server's files are. */
  readonly ca: string
  readonly leaf: string
  readonly leafFile: string
  readonly keyFile: string
  /** An address of an app, as browsers see it. */
  at(app: string, path?: string): URL
  /** Alice's code of now, in base32's authenticator. */
  code(): string
}

/** Writes all of it; it goes with the test. */
export async function openHouse(t: Teardown, options: HouseOptions): Promise<House> {
  const folder = mkdtempSync(join(tmpdir(), 'gatehouse-house-'))
  t.teardown(() => rmSync(folder, { recursive: true, force: true }))
  const domain = options.domain ?? DOMAIN
  const authority = await openAuthority(join(folder, 'authority'), domain, Date.now())
  const secret = new Secret({ size: 20 }).base32
  await writePeople(folder, secret, Date.now())
  const tlsPort = await freePort(0)
  const publicPort = options.publicPort ?? tlsPort
  const file = join(folder, 'gatehouse.yml')
  writeFileSync(
    file,
    `domain: ${domain}
public_port: ${publicPort}
listen:
  - address: 127.0.0.1:${tlsPort}
    tls: { certificate: '${authority.leaf}', key: '${authority.leafKey}' }
  - address: 127.0.0.1:0
  - { address: 127.0.0.1:0, door: forward_auth }
${options.top ?? ''}
portal:
  host: auth.${domain}
  users: users_database.yml
  totp: totp.json
${options.portal ?? ''}
apps:
${options.apps}
`,
  )
  return {
    folder,
    file,
    domain,
    publicPort,
    tlsPort,
    ca: readFileSync(authority.certificate, 'utf8'),
    leaf: readFileSync(authority.leaf, 'utf8'),
    leafFile: authority.leaf,
    keyFile: authority.leafKey,
    at: (app, path = '/') => new URL(path, `https://${app}.${domain}:${publicPort}`),
    code: () => authenticator(secret).generate(),
  }
}

export interface Served {
  readonly program: Program
  /** The plain listener's port. */
  readonly plainPort: number
  /** The forward-auth door's port. */
  readonly doorPort: number
}

/** Runs `gatehouse serve` on it, and waits until it listens. */
export async function serve(t: Teardown, house: House): Promise<Served> {
  const args = [MAIN, 'serve', '--config', house.file, '--log-format', 'json']
  const program = start(t, process.execPath, args, { TMPDIR: house.folder })
  const plain = '"address":"http://127\\.0\\.0\\.1:(\\d+)"'
  const [, port, door] = await program.says(new RegExp(`${plain}[\\s\\S]*${plain}`))
  await program.says(new RegExp(`"address":"https://127\\.0\\.0\\.1:${house.tlsPort}"`))
  return { program, plainPort: Number(port), doorPort: Number(door) }
}

/** A browser that trusts the house alone; it ends with the test. */
export function browserIn(t: Teardown, house: House): Browser {
  const browser = new Browser(house.ca)
  t.teardown(() => browser.close())
  return browser
}

/** Logs in by the login page that an address leads to, with the code where alice is asked for it. @returns the page it ends on */
export async function logIn(browser: Browser, house: House, name: string, url: URL): Promise<Answer> {
  const page = await browser.go(url)
  const next = await browser.submit(page, { username: name, password: passwordOf(name) })
  return next.text.includes('name="token"') ? browser.submit(next, { token: house.code() }) : next
}
