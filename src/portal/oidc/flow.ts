/**
 * A login on the way to an app. It is written into the address, sealed, and kept nowhere: strangers' requests
 * cost no memory, and nobody's flood pushes out anybody's login.
 */
import { createCipheriv, createDecipheriv, createHash } from 'node:crypto'
import type { Clock } from '../../types.ts'

export interface Flow {
  readonly id: string
  /** When the app first asked, in milliseconds. */
  readonly since: number
  /** The authorization request, as it came. */
  readonly query: string
  readonly client: string
  /** The redirect URI, which was found to be the client's. */
  readonly returnsTo: string
  /** What is handed over: the scopes that were asked for, and those of claims that were asked for by name. */
  readonly scopes: readonly string[]
  /** The password must have been given at this time or later (prompt=login, max_age), in milliseconds. */
  readonly loginSince?: number
  /** Whether the user is asked if the app may know who they are. */
  readonly consent: boolean
}

/** What comes back behind an authorization request that was interrupted. */
export type Begun = Pick<Flow, 'id' | 'since'>

export interface Flows {
  /** For the portal's pages: the whole flow. */
  seal(flow: Flow): string
  open(text: string | undefined): Flow | undefined
  /** For the way back: what belongs to this very request and no other. */
  sealBegun(flow: Flow): string
  openBegun(text: string | undefined, query: string): Begun | undefined
}

/** As long as Authelia's. */
const LIFE = 600_000
const IV = 12
const TAG = 16

export function openFlows(clock: Clock, random: (size: number) => Uint8Array): Flows {
  const key = random(32)

  const seal = (use: string, content: object): string => {
    const iv = random(IV)
    const cipher = createCipheriv('aes-256-gcm', key, iv).setAAD(Buffer.from(use))
    const sealed = Buffer.concat([cipher.update(JSON.stringify(content), 'utf8'), cipher.final()])
    return Buffer.concat([iv, cipher.getAuthTag(), sealed]).toString('base64url')
  }
  const unseal = (use: string, text: string | undefined): unknown => {
    const bytes = Buffer.from(text ?? '', 'base64url')
    if (bytes.length <= IV + TAG) return undefined
    try {
      const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, IV), { authTagLength: TAG })
      decipher.setAAD(Buffer.from(use)).setAuthTag(bytes.subarray(IV, IV + TAG))
      const content = Buffer.concat([decipher.update(bytes.subarray(IV + TAG)), decipher.final()])
      return JSON.parse(content.toString('utf8'))
    } catch {
      // Made up, or sealed before a restart.
      return undefined
    }
  }
  const fresh = ({ since }: Begun) => clock() - since < LIFE
  const hash = (query: string) => createHash('sha256').update(query).digest('base64url')

  return {
    seal: flow => seal('flow', flow),
    open(text) {
      // Only what was sealed here comes out.
      const flow = unseal('flow', text) as Flow | undefined
      return flow !== undefined && fresh(flow) ? flow : undefined
    },
    sealBegun: ({ id, since, query }) => seal('begun', { id, since, of: hash(query) }),
    openBegun(text, query) {
      const begun = unseal('begun', text) as (Begun & { readonly of: string }) | undefined
      return begun !== undefined && begun.of === hash(query) && fresh(begun) ? begun : undefined
    },
  }
}
