/** Houses for the tests of rendering: a gatehouse.yml and its secrets, read as the commands read them. */
import { mkdirSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import type { Test } from 'tap'
import { machine } from '../../src/config/host.ts'
import type { Config } from '../../src/config/model.ts'
import { readConfigAlone } from '../../src/config/read.ts'
import { SECRETS } from '../../src/config/secret-files.ts'
import { openHouse } from '../../src/deploy/house.ts'
import type { House } from '../../src/deploy/types.ts'

/** Of the secret `insecure_secret`: the example of Authelia's own documentation. */
export const DIGEST =
  '$pbkdf2-sha512$310000$c8p78n7pUMln0jzvd4aK4Q$JNRBzwAo0ek5qKn50cFzzvE9RXV88h1wJn5KGiHrD0YKtZaR/nCb2CJPOsKaPK0hjf.9yHxzQGZziziccp6Yng'

/** Reads a gatehouse.yml in this folder, which must be right; what it names need not be there. */
export function configIn(folder: string, now: () => number = Date.now): Config {
  const { config, faults } = readConfigAlone('gatehouse.yml', machine(folder, now))
  if (config === undefined) throw new Error(faults.map(({ message }) => message).join('\n'))
  return config
}

/** Writes the digest of every app that has a secret, all the same one. */
export function makeDigests(config: Config): void {
  for (const { name } of config.oidc_apps.filter(({ client }) => !client.public)) {
    const file = join(config.secrets, SECRETS.clientDigest(name))
    mkdirSync(dirname(file), { recursive: true })
    writeFileSync(file, `${DIGEST}\n`, { mode: 0o600 })
  }
}

/** The house of a gatehouse.yml, in a folder that ends with the test. */
export function houseOf(t: Test, yml: string, files: Readonly<Record<string, string>> = {}): House {
  const folder = t.testdir({ 'gatehouse.yml': yml, ...files })
  const config = configIn(folder)
  makeDigests(config)
  return openHouse(config, machine(folder, Date.now))
}
