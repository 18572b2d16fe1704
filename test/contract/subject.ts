/** What the recordings are replayed against: the built-in portal, or a real Authelia (AUTHELIA_URL). */
import { copyFileSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { portalStandalone } from '../../src/portal/standalone.ts'
import type { Log } from '../../src/types.ts'
import { FOLDER, type Group } from './exchange.ts'
import type { Server } from './raw-client.ts'

export interface Subject {
  readonly server: Server
  /** Who is asked what was recorded, where that is not the server itself. */
  readonly asked?: Server
  now(): number
  /** Lets time pass; a real one sleeps. */
  pass(ms: number): Promise<void>
  /** Changes the users file and resolves when it counts; undefined where the file is out of reach. */
  readonly editUsers: ((edit: (text: string) => string) => Promise<void>) | undefined
  close(): Promise<void>
}

const EXPIRY = { 'inactivity: 5m': 'inactivity: 4s', 'expiration: 1h': 'expiration: 10s' }

/** The portal with the recorded configuration, the clock in our hands. @param folder a fresh one */
export async function openSubject(folder: string, group: Group): Promise<Subject> {
  const users = join(folder, 'users_database.yml')
  copyFileSync(join(FOLDER, 'users_database.yml'), users)
  let text = readFileSync(join(FOLDER, 'configuration.yml'), 'utf8')
  if (group === 'expiry') for (const [from, to] of Object.entries(EXPIRY)) text = text.replace(from, to)
  const file = join(folder, 'configuration.yml')
  writeFileSync(file, text)
  let ahead = 0
  const clock = () => Date.now() + ahead
  let reloaded = () => {}
  const quiet = () => {}
  const log: Log = {
    debug: quiet,
    info: (_fields, message) => message === 'read the users file' && reloaded(),
    warn: quiet,
    error: quiet,
  }
  const parts = { log, clock, sleep: async () => {} }
  const portal = await portalStandalone(file, { host: '127.0.0.1', port: 0 }, parts)
  if (!('port' in portal.where)) throw new Error('not on a port')
  return {
    server: portal.where,
    now: clock,
    async pass(ms) {
      ahead += ms
    },
    async editUsers(edit) {
      const counts = new Promise<void>(resolve => {
        reloaded = resolve
      })
      writeFileSync(`${users}.new`, edit(readFileSync(users, 'utf8')))
      renameSync(`${users}.new`, users)
      await counts
    },
    close: () => portal.close(),
  }
}

/** A real Authelia that runs with configuration.yml and users_database.yml of this folder. */
export function realSubject(url: string): Subject {
  const { hostname, port } = new URL(url)
  return {
    server: { host: hostname, port: Number(port || 80) },
    now: Date.now,
    pass: ms => new Promise(resolve => setTimeout(resolve, ms)),
    editUsers: undefined,
    async close() {},
  }
}
