/** What the provider runs on. */
import type { Client } from '../../catalog/types.ts'

export interface OidcSettings {
  /** The portal's origin. */
  readonly issuer: string
  readonly clients: readonly Client[]
  /** The absolute path of the folder of secrets (src/config/secret-files.ts). */
  readonly secrets: string
  /** Where the users' subject identifiers are kept, absolute; need not exist yet. */
  readonly subjects: string
}
