/** The demo's apps: small servers on loopback, each told apart by its port, as at home. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Clock } from '../types.ts'
import { openChat } from './chat.ts'
import { openPorch } from './porch.ts'
import { whoami } from './whoami.ts'

export type AppName = 'whoami' | 'porch' | 'chat' | 'admin' | 'public'

export interface Apps {
  /** The loopback port of each. */
  readonly ports: Readonly<Record<AppName, number>>
  /** Ends their servers and all that is connected to them. */
  close(): Promise<void>
}

interface Part {
  readonly name: AppName
  readonly listener: (request: IncomingMessage, response: ServerResponse) => void
  readonly upgrade?: (request: IncomingMessage, socket: Duplex, head: Buffer) => void
  readonly close?: () => void
}

function parts(clock: Clock): readonly Part[] {
  return [
    {
      name: 'whoami',
      listener: whoami(
        'Who am I?',
        'An app without a login of its own. The marked headers come from the gateway.',
      ),
    },
    { name: 'porch', ...openPorch(clock) },
    { name: 'chat', ...openChat() },
    { name: 'admin', listener: whoami('Administration', 'Only the group admins gets here.') },
    { name: 'public', listener: whoami('Public', 'Everybody gets here, logged in or not.') },
  ]
}

async function serve(part: Part) {
  const server = createServer(part.listener)
  if (part.upgrade !== undefined) server.on('upgrade', part.upgrade)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(0, '127.0.0.1', resolve)
  })
  const close = (): Promise<void> =>
    new Promise(resolve => {
      part.close?.()
      server.close(() => resolve())
      server.closeAllConnections()
    })
  return { name: part.name, port: (server.address() as AddressInfo).port, close }
}

/** Starts the apps on free ports of 127.0.0.1. */
export async function openApps(clock: Clock): Promise<Apps> {
  const servers = await Promise.all(parts(clock).map(serve))
  return {
    ports: Object.fromEntries(servers.map(({ name, port }) => [name, port])) as Record<AppName, number>,
    async close() {
      await Promise.all(servers.map(server => server.close()))
    },
  }
}
