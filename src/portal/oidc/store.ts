/**
 * Codes, tokens and grants, in memory and bounded. They are made for people who are logged in, so that each
 * fills a share of their own and no more; a restart forgets them, and apps send people round once again.
 */
import type { Adapter, AdapterPayload } from 'oidc-provider'
import type { Clock } from '../../types.ts'

export interface Store {
  /** For the library: its adapter for one kind of thing. */
  adapter(kind: string): Adapter
  /** What is kept under an id, without a trace. */
  peek(kind: string, id: string): Readonly<AdapterPayload> | undefined
  forget(kind: string, id: string): void
  readonly size: number
}

interface Item {
  readonly payload: AdapterPayload
  readonly expires: number
}

/** All kinds together: of a home of 50 people and 20 apps, a thousand is much. */
const MOST = 20_000
/** Of one user with all apps: what is beyond ends with its oldest login. */
const MOST_GRANTS = 100
/** Of one login: an app that refreshes without end loses its oldest tokens. */
const MOST_OF_GRANT = 20
/** Anybody can push for a public client. */
const MOST_PUSHED = 1000

/**
 * @param session what the library takes for its own session in this moment (passage.ts); never kept
 * @param most for tests
 */
export function openStore(
  clock: Clock,
  session: (id: string) => AdapterPayload | undefined,
  most = MOST,
): Store {
  /** By `kind id`, oldest first. */
  const items = new Map<string, Item>()
  const ofGrant = new Map<string, Set<string>>()
  const ofUser = new Map<string, Set<string>>()
  let pushed = 0

  const drop = (key: string): void => {
    const item = items.get(key)
    if (item === undefined) return
    items.delete(key)
    const { grantId, accountId } = item.payload
    if (key.startsWith('PushedAuthorizationRequest ')) pushed--
    leave(ofGrant, grantId, key)
    if (key.startsWith('Grant ')) {
      leave(ofUser, accountId, key)
      for (const token of ofGrant.get(key.slice(6)) ?? []) drop(token)
    }
  }
  const live = (key: string): Item | undefined => {
    const item = items.get(key)
    if (item === undefined || item.expires > clock()) return item
    drop(key)
    return undefined
  }
  const keep = (key: string, payload: AdapterPayload, seconds: number): void => {
    drop(key)
    items.set(key, { payload, expires: clock() + seconds * 1000 })
    const { grantId, accountId } = payload
    if (grantId !== undefined) trim(join(ofGrant, grantId, key), MOST_OF_GRANT)
    if (key.startsWith('Grant ') && accountId !== undefined) trim(join(ofUser, accountId, key), MOST_GRANTS)
    if (key.startsWith('PushedAuthorizationRequest ') && ++pushed > MOST_PUSHED)
      dropFirst('PushedAuthorizationRequest ')
    if (items.size > most) sweep()
    for (const first of items.keys()) {
      if (items.size <= most) break
      drop(first)
    }
  }
  const trim = (keys: Set<string>, limit: number): void => {
    for (const key of keys) {
      if (keys.size <= limit) break
      drop(key)
    }
  }
  const dropFirst = (kind: string): void => {
    for (const key of items.keys()) {
      if (!key.startsWith(kind)) continue
      drop(key)
      return
    }
  }
  const sweep = (): void => {
    for (const key of items.keys()) live(key)
  }

  return {
    adapter: kind => ({
      async upsert(id, payload, expiresIn = 0) {
        // Neither is needed after the answer: the portal has the session, and the flow is in the address.
        if (kind === 'Session' || kind === 'Interaction') return
        keep(`${kind} ${id}`, payload, expiresIn)
      },
      find: async id => (kind === 'Session' ? session(id) : live(`${kind} ${id}`)?.payload),
      findByUid: async () => undefined,
      findByUserCode: async () => undefined,
      async consume(id) {
        const item = live(`${kind} ${id}`)
        if (item !== undefined) item.payload.consumed = Math.floor(clock() / 1000)
      },
      destroy: async id => drop(`${kind} ${id}`),
      async revokeByGrantId(grant) {
        for (const key of [...(ofGrant.get(grant) ?? [])]) if (key.startsWith(`${kind} `)) drop(key)
      },
    }),
    peek: (kind, id) => live(`${kind} ${id}`)?.payload,
    forget: (kind, id) => drop(`${kind} ${id}`),
    get size() {
      return items.size
    },
  }
}

function join(index: Map<string, Set<string>>, under: string, key: string): Set<string> {
  const keys = index.get(under) ?? new Set()
  index.set(under, keys)
  return keys.add(key)
}

function leave(index: Map<string, Set<string>>, under: string | undefined, key: string): void {
  const keys = under === undefined ? undefined : index.get(under)
  keys?.delete(key)
  if (under !== undefined && keys?.size === 0) index.delete(under)
}
