/** One address that browsers or a reverse proxy come in by. */
import type { AddressInfo } from 'node:net'
import type { Listener } from '../config/model.ts'
import type { Log } from '../types.ts'
import type { Certificates } from './certificates.ts'
import { trackConnections } from './connections.ts'
import { attachEdges, type Slot } from './edges.ts'
import type { Entry } from './entry.ts'
import { listenFault } from './listen-fault.ts'
import { admit, clearPath, madePrivate } from './unix-socket.ts'
import { isSecure, plainServer, secureServer, type WebServer } from './web-server.ts'

export interface OpenListener {
  /** What must stay the same for a listener to stay open over a reload. */
  readonly key: string
  /** For people: `https://127.0.0.1:8443`, `unix:/run/gatehouse/gate.sock`. */
  readonly address: string
  /** The TCP port in use; undefined for a unix socket. */
  readonly port: number | undefined
  /** Puts another entry, and other certificates, behind it for what comes from now on. */
  point(entry: Entry, certificates: Certificates | undefined): void
  /** Takes no new connection, so that its place is free at once; resolves when the last one has ended. */
  leave(): Promise<void>
  /** Takes connections again. @throws StartFault when its place is taken meanwhile */
  comeBack(): Promise<void>
  /** Ends connections that carry no request; for a listener that is leaving. */
  sweep(): void
  /** Cuts every connection. */
  destroy(): void
}

/** How a listener gets its socket. */
export interface How {
  /** False keeps an IPv6 wildcard from taking the IPv4 one as well, for several listeners that share a port. */
  readonly alone?: boolean
  /** A socket of another process that is bound, and has its mode, already. */
  readonly shared?: { readonly handle: { readonly fd: number }; readonly unix: boolean }
}

/** Connections that the kernel keeps until we take them. */
const BACKLOG = 1024

/** A listener's place and protocol: two with the same key cannot be open at once. */
export function listenerKey(listener: Listener): string {
  const place = listener.address ? hostPort(listener.address.host, listener.address.port) : listener.unix
  return `${listener.tls ? 'tls' : 'plain'} ${place}`
}

/** For people. @param port the one in use, where the configuration says any */
export function addressOf(listener: Listener, port = 0): string {
  if (!listener.address) return `unix:${listener.unix}`
  return `${listener.tls ? 'https' : 'http'}://${hostPort(listener.address.host, port)}`
}

/**
 * Opens a listener.
 * @throws StartFault when the address is taken or not allowed.
 */
export async function openListener(
  listener: Listener,
  entry: Entry,
  certificates: Certificates | undefined,
  log: Log,
  how: How = {},
): Promise<OpenListener> {
  const slot: Slot = { entry, leaving: false }
  let current = certificates
  const server = certificates ? secureServer(() => current ?? certificates) : plainServer()
  attachEdges(server, slot, log)
  const connections = trackConnections(server)
  await listen(server, listener, how)

  let left: Promise<void> | undefined
  const port = listener.address && (server.address() as AddressInfo).port
  return {
    key: listenerKey(listener),
    address: addressOf(listener, port),
    port,
    point(next, renewed) {
      slot.entry = next
      if (renewed === undefined || !isSecure(server)) return
      current = renewed
      server.setSecureContext(renewed.fallback)
    },
    leave() {
      slot.leaving = true
      left ??= new Promise(resolve => server.close(() => resolve()))
      return left
    },
    async comeBack() {
      // The very port it had, where the configuration says any.
      const place = listener.address && { address: { host: listener.address.host, port: port ?? 0 } }
      await listen(server, { ...listener, ...place }, how)
      slot.leaving = false
      left = undefined
    },
    sweep() {
      for (const socket of connections.silent) socket.destroy()
      server.closeIdleConnections()
    },
    destroy() {
      for (const socket of connections.open) socket.destroy()
    },
  }
}

async function listen(server: WebServer, listener: Listener, how: How): Promise<void> {
  const { address, unix } = listener
  const own = how.shared === undefined
  if (unix !== undefined && own) await clearPath(unix)
  await new Promise<void>((resolve, reject) => {
    server.once('error', error => reject(listenFault(error, listener)))
    if (how.shared !== undefined) {
      // A unix socket's handle is taken by its descriptor alone: server.listen() knows no other way.
      const { handle, unix } = how.shared
      server.listen(unix ? { fd: handle.fd } : handle, BACKLOG, resolve)
    } else if (unix !== undefined) {
      madePrivate(() => server.listen({ path: unix, backlog: BACKLOG }, resolve))
    } else {
      server.listen({ ...address, ipv6Only: how.alone === false, backlog: BACKLOG }, resolve)
    }
  })
  server.removeAllListeners('error')
  server.on('error', () => {})
  if (unix === undefined || !own) return
  try {
    await admit(unix, listener.mode ?? 0o660, listener.group)
  } catch (error) {
    server.close()
    throw error
  }
}

function hostPort(host: string, port: number): string {
  return host.includes(':') ? `[${host}]:${port}` : `${host}:${port}`
}
