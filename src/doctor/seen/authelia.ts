/** Authelia's own configuration, as far as the doctor judges it. Neither its users nor its secrets are looked at. */
import { join } from 'node:path'
import { LineCounter, parseDocument } from 'yaml'
import { Place, type Reading } from '../../config/authelia-file-node.ts'
import { readAccessControl } from '../../config/authelia-file-rules.ts'
import { type AutheliaSession, readSession } from '../../config/authelia-file-session.ts'
import type { Config } from '../../config/model.ts'
import type { AccessControl } from '../../types.ts'
import { failed } from '../outside.ts'
import type { Premises } from '../types.ts'

/** A client as Authelia has it. */
export interface AutheliaClient {
  readonly client_id: string
  /** The digest; never shown. */
  readonly client_secret: string
  readonly redirect_uris: readonly string[]
}

export interface AutheliaSeen {
  readonly file: string
  readonly access_control: AccessControl
  readonly session: AutheliaSession
  /** Undefined where the file has no OpenID Connect provider. */
  readonly clients?: readonly AutheliaClient[]
}

/** Why there is nothing to judge. */
export interface NoAuthelia {
  readonly absent: string
}

export const noAuthelia = (seen: AutheliaSeen | NoAuthelia): seen is NoAuthelia => 'absent' in seen

/** Where it stands: as gatehouse.yml says, else where `apply` puts it. */
export const autheliaFile = ({ authelia, deploy }: Config): string =>
  authelia?.configuration ?? join(deploy.folder, 'house', 'current', 'authelia', 'configuration.yml')

export function autheliaOf(premises: Premises): Promise<AutheliaSeen | NoAuthelia> {
  const { config, outside } = premises
  return premises.once('authelia', async () => {
    if (config.authelia === undefined)
      return { absent: 'The built-in portal takes all of it from gatehouse.yml.' }
    const file = autheliaFile(config)
    const text = await outside.read(file)
    if (failed(text)) {
      const name =
        config.authelia.configuration === undefined ? ' Name yours under "authelia.configuration".' : ''
      return { absent: `Authelia's configuration cannot be read at ${file}: ${text.failed}.${name}` }
    }
    return readAuthelia(file, text)
  })
}

/** @param file its path, for messages */
export function readAuthelia(file: string, text: string): AutheliaSeen | NoAuthelia {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, merge: true, prettyErrors: false })
  const reading: Reading = { document, lines, faults: [], ignored: [], notes: [] }
  const [broken] = document.errors
  if (broken !== undefined)
    return { absent: `${file}:${lines.linePos(broken.pos[0]).line} is no YAML: ${broken.message}` }
  const root = new Place(reading, '', document.contents)
  const access_control = readAccessControl(root)
  const session = readSession(root)
  const [fault] = reading.faults
  if (fault !== undefined) return { absent: `${file}:${fault.line}:${fault.column}: ${fault.message}` }
  const clients = clientsOf(document.toJS({ maxAliasCount: 100 }))
  return { file, access_control, session, ...(clients === undefined ? {} : { clients }) }
}

const isMap = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** What stands under a path of keys. */
function under(value: unknown, ...keys: readonly string[]): unknown {
  return keys.reduce<unknown>((here, key) => (isMap(here) ? here[key] : undefined), value)
}

const text = (value: unknown): string => (typeof value === 'string' ? value : '')

function clientsOf(file: unknown): readonly AutheliaClient[] | undefined {
  const list = under(file, 'identity_providers', 'oidc', 'clients')
  if (!Array.isArray(list)) return undefined
  return list.map((client: unknown) => {
    const uris = under(client, 'redirect_uris')
    return {
      client_id: text(under(client, 'client_id')),
      client_secret: text(under(client, 'client_secret')),
      redirect_uris: (Array.isArray(uris) ? uris : [uris]).map(text).filter(Boolean),
    }
  })
}
