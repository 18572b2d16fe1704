/** The open listeners of the gateway, and how they change from one configuration to the next. */
import { isIP } from 'node:net'
import type { Config, Listener } from '../config/model.ts'
import type { Log } from '../types.ts'
import type { Certificates } from './certificates.ts'
import type { Entry } from './entry.ts'
import { listenerKey, type OpenListener, openListener } from './listener.ts'
import type { OpenDoor } from './rooms.ts'
import { trustList } from './trust.ts'

/** The certificates of each listener that has some. */
export type CertificateMap = ReadonlyMap<Listener, Certificates>

/** What a listener leads to under a configuration. */
export function entryOf(listener: Listener, door: OpenDoor): Entry {
  const unix = listener.unix !== undefined
  return {
    door: listener.door === 'forward_auth' ? door.forwardAuth : door,
    peer: { unix, secure: listener.tls !== undefined, trusted: trustList(listener.trusted_proxies) },
  }
}

/** What tells the listeners of a configuration apart: their keys, numbered where several say port 0. */
export function placesOf({ listen }: Config): readonly string[] {
  const seen = new Map<string, number>()
  return listen.map(listener => {
    const key = listenerKey(listener)
    const before = seen.get(key) ?? 0
    seen.set(key, before + 1)
    return before === 0 ? key : `${key} ${before}`
  })
}

export interface ListenerChange {
  readonly open: readonly OpenListener[]
  /** Those that were opened just now. */
  readonly opened: readonly OpenListener[]
  /** Those that are in the new configuration no more; they take no new connection. */
  readonly leaving: readonly OpenListener[]
}

/**
 * Opens what `config` has and `before` has not. Those that are in both are not touched: whoever calls
 * points them to the new door once all else has worked.
 * @throws StartFault when one cannot be opened; then all is as it was before
 */
export async function openListeners(
  config: Config,
  door: OpenDoor,
  certificates: CertificateMap,
  before: readonly OpenListener[],
  log: Log,
): Promise<ListenerChange> {
  const leaving = [...before]
  // Each once: several may say port 0.
  const kept = config.listen.map(listener => {
    const at = leaving.findIndex(({ key }) => key === listenerKey(listener))
    return at < 0 ? undefined : leaving.splice(at, 1)[0]
  })
  // First, for a new one may want the place of an old one (127.0.0.1:443 instead of 0.0.0.0:443).
  for (const one of leaving) void one.leave()
  const open: OpenListener[] = []
  const opened: OpenListener[] = []
  try {
    for (const [at, listener] of config.listen.entries()) {
      let one = kept[at]
      if (!one) {
        const how = { alone: !sharesPort(listener, config.listen) }
        one = await openListener(listener, entryOf(listener, door), certificates.get(listener), log, how)
        opened.push(one)
      }
      open.push(one)
    }
    return { open, opened, leaving }
  } catch (error) {
    for (const one of opened) void one.leave()
    for (const one of leaving) await one.comeBack()
    throw error
  }
}

/** Lets listeners lead to another door from now on. `open` is in the order of `listen`. */
export function pointListeners(
  config: Config,
  door: OpenDoor,
  certificates: CertificateMap,
  open: readonly OpenListener[],
): void {
  for (const [at, listener] of config.listen.entries())
    open[at]?.point(entryOf(listener, door), certificates.get(listener))
}

/** Whether an IPv4 listener has the same port as an IPv6 one, which must then not take both. */
export function sharesPort(listener: Listener, all: readonly Listener[]): boolean {
  return all.some(other => {
    const mine = listener.address
    const theirs = other.address
    return mine && theirs && mine.port === theirs.port && isIP(mine.host) === 6 && isIP(theirs.host) === 4
  })
}
