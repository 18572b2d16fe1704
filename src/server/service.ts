/** Whatever serves a configuration: this process alone, or several. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Config, Listener } from '../config/model.ts'
import type { Clock } from '../types.ts'
import { type Certificates, loadCertificates } from './certificates.ts'

export interface Service {
  /** The configuration in force. */
  readonly config: Config | undefined
  readonly addresses: readonly string[]
  readonly ports: readonly number[]
  /** Processes that serve. */
  readonly workers: number
  /** Takes a configuration all the way, or rejects and stays as it was. */
  take(config: Config): Promise<void>
  /** Reads certificates anew. Rejects, and keeps the old ones, where they cannot be used. */
  renew(): Promise<void>
  /** Finishes what is in flight for up to `limit` milliseconds. @returns whether nothing had to be cut */
  stop(limit: number): Promise<boolean>
}

/** How long what is in flight may take unless told, in milliseconds. */
export const DRAIN = 30_000
/** How long of that streams have that never end: cameras, event streams, WebSockets. */
export const STREAMS = 2_000
/** How long what stands behind the listeners may take to close after that, in milliseconds. */
export const CLOSE = 2_000

/** Waits for something to close, but not for ever. */
export async function within(limit: number, closing: Promise<unknown> | undefined): Promise<void> {
  await Promise.race([closing, wait(limit, undefined, { ref: false })])
}

/** The certificates of each TLS listener. @param warn is told of those that browsers soon complain about */
export async function certificatesOf(
  config: Config,
  clock: Clock,
  warn: (warning: string) => void,
): Promise<Map<Listener, Certificates>> {
  const found = new Map<Listener, Certificates>()
  for (const listener of config.listen) {
    if (!listener.tls) continue
    const certificates = await loadCertificates(listener.tls, clock)
    certificates.warnings.forEach(warn)
    found.set(listener, certificates)
  }
  return found
}
