/** storage: where Authelia keeps second factors, bans and consents. */
import { join } from 'node:path'
import type { Config } from '../../config/model.ts'
import type { Section } from './document.ts'
import { STATE } from './paths.ts'

export function storageSection({ deploy }: Config): Section {
  const { mysql, postgres } = deploy.storage
  const kept =
    'second factors, bans and consents. It is encrypted with AUTHELIA_STORAGE_ENCRYPTION_KEY_FILE: without that key it is lost.'
  const [kind, database] = mysql ? (['mysql', mysql] as const) : (['postgres', postgres] as const)
  if (database === undefined) {
    return {
      key: 'storage',
      about: `A file with ${kept}`,
      value: { local: { path: join(STATE, 'db.sqlite3') } },
    }
  }
  const { address, username } = database
  return {
    key: 'storage',
    about: `The database with ${kept} Its password comes from AUTHELIA_STORAGE_${kind.toUpperCase()}_PASSWORD_FILE.`,
    value: { [kind]: { address: address.address, database: database.database, username } },
  }
}
