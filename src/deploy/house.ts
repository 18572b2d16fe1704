import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type ReadingHost, unreadable } from '../config/host.ts'
import type { Config } from '../config/model.ts'
import { SECRETS, secretFile } from '../config/secret-files.ts'
import type { House } from './types.ts'

/** Something that rendering needs is not there yet; `hint` says what to type. */
export class HouseError extends Error {
  override readonly name = 'HouseError'
  readonly hint: string

  constructor(message: string, hint: string) {
    super(message)
    this.hint = hint
  }
}

/** What Authelia takes for a digest and never for a secret in the clear. */
const digestShape = /^\$[a-z0-9-]+\$[^\s]+$/

const PACKAGE_SNIPPETS = join(import.meta.dirname, '..', '..', 'nginx')

/** Where the rendered tree is found on the target. @param folder `config.deploy.folder` */
export const currentOf = (folder: string): string => join(folder, 'house', 'current')

/**
 * A configuration with what rendering needs beside it: the digests of the client secrets.
 * @param current the path under which the tree will be found, where that is not `<folder>/house/current`
 * @throws HouseError naming every digest that is missing or is none
 */
export function openHouse(
  config: Config,
  host: Pick<ReadingHost, 'readFile'>,
  { current = currentOf(config.deploy.folder) }: { readonly current?: string } = {},
): House {
  const digests = new Map<string, string>()
  const faults: string[] = []
  for (const { name, client } of config.oidc_apps) {
    if (client.public) continue
    const file = secretFile(config.secrets, SECRETS.clientDigest(name))
    const found = read(file, host)
    if ('fault' in found) faults.push(`  ${name}: ${file} ${found.fault}.`)
    else digests.set(name, found.digest)
  }
  // The built-in portal compares with the clear secret: nothing that is rendered needs a digest.
  if (faults.length > 0 && config.authelia !== undefined) {
    const message = `The client secrets of these apps are not ready:\n${faults.join('\n')}`
    throw new HouseError(message, 'gatehouse secret make')
  }
  return {
    config,
    current,
    digest: app => digests.get(app),
    snippet: path => readFileSync(join(PACKAGE_SNIPPETS, path), 'utf8'),
  }
}

function read(file: string, host: Pick<ReadingHost, 'readFile'>): { digest: string } | { fault: string } {
  let text: string
  try {
    text = new TextDecoder().decode(host.readFile(file)).trim()
  } catch (error) {
    return { fault: unreadable(error) }
  }
  // A clear secret in the wrong file must not be rendered, where everybody can read it.
  return digestShape.test(text) ? { digest: text } : { fault: "holds no digest as Authelia's file has it" }
}
