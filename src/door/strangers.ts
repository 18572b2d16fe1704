/** What the owner of a proxy must hear about, once a minute each: who asks without being trusted, and who asks wrongly. */
import { canonicalAddress } from '../lib/address.ts'
import type { Clock, Log } from '../types.ts'

const EVERY = 60_000
const MOST_REMEMBERED = 1_000

export interface Strangers {
  /** Somebody at this address asked who is no trusted proxy. */
  refused(address: string): void
  /** A trusted proxy asked in a way that cannot be read. */
  misread(dialect: string, message: string): void
}

export function openStrangers(log: Log, clock: Clock): Strangers {
  const said = new Map<string, number>()
  const isNews = (key: string): boolean => {
    const now = clock()
    const before = said.get(key)
    if (before !== undefined && Math.abs(now - before) < EVERY) return false
    if (said.size >= MOST_REMEMBERED) said.clear()
    said.set(key, now)
    return true
  }
  return {
    refused(address) {
      const from = canonicalAddress(address) ?? address
      if (!isNews(from)) return
      const block = `${from}/${from.includes(':') ? 128 : 32}`
      log.warn(
        { peer: from, add: `trusted_proxies: [${block}]` },
        `${from} asked the forward-auth door and is not trusted: if it is your proxy, add ${block} to trusted_proxies in gatehouse.yml`,
      )
    },
    misread(dialect, message) {
      if (isNews(`${dialect} ${message}`))
        log.warn(
          { dialect, fault: message },
          'a proxy asked in a way that cannot be read; look at its snippet',
        )
    },
  }
}
