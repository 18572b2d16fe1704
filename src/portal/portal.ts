/** The built-in portal: a small stand-in for Authelia, with the same API, cookie and access control. */
import { randomBytes } from 'node:crypto'
import { chmod } from 'node:fs/promises'
import { setTimeout as wait } from 'node:timers/promises'
import type { FastifyInstance } from 'fastify'
import type { Clock, Log } from '../types.ts'
import { openCore } from './core.ts'
import { makeServer, type Role } from './http.ts'
import type { PortalSettings } from './settings.ts'

export type { Role } from './http.ts'
export type { PortalSettings } from './settings.ts'

/** A unix socket (made with mode 0600) or an address; port 0 takes a free one. */
export type Where = { readonly path: string } | { readonly host: string; readonly port: number }

/** A listener that is open. */
export type Listening = Where & {
  /** Ends this listener alone, after what is in flight. */
  close(): Promise<void>
}

export interface Portal {
  /**
   * Serves one kind of callers there; may be called several times, and all share the sessions.
   * @returns where it listens, with the port that was taken
   * @throws the system's error when it cannot listen
   */
  listen(where: Where, role: Role): Promise<Listening>
  /**
   * Changes to other settings; sessions, bans and used codes live on. Rejects, and leaves all as it was,
   * when they cannot be used.
   */
  reload(settings: PortalSettings): Promise<void>
  /** Ends every listener after what is in flight. */
  close(): Promise<void>
}

export interface OpenParts {
  readonly log: Log
  /** The peers write X-Forwarded-For themselves: its leftmost address is the client. */
  readonly trustForwardedFor: boolean
  readonly clock?: Clock
  readonly random?: (size: number) => Uint8Array
  readonly sleep?: (ms: number) => Promise<void>
}

/** @throws UsersFileError, TotpFileError or PolicyError when the settings cannot be used */
export async function openPortal(settings: PortalSettings, parts: OpenParts): Promise<Portal> {
  const { log, trustForwardedFor, clock = Date.now, random = randomBytes } = parts
  const sleep = parts.sleep ?? ((ms: number) => wait(ms, undefined, { ref: false }))
  const core = await openCore(settings, { log, clock, random, sleep })
  const servers = new Set<FastifyInstance>()
  return {
    async listen(where, role) {
      const server = makeServer(core, role, trustForwardedFor)
      await server.listen(where)
      servers.add(server)
      const close = async () => {
        servers.delete(server)
        await server.close()
      }
      if ('path' in where) {
        await chmod(where.path, 0o600)
        return { ...where, close }
      }
      const address = server.server.address()
      const port = typeof address === 'object' && address !== null ? address.port : where.port
      return { host: where.host, port, close }
    },
    reload: next => core.reload(next),
    async close() {
      await Promise.all([...servers].map(server => server.close()))
      core.close()
    },
  }
}
