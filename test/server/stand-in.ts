/** Stand-ins for what is behind the listeners, and raw sockets for what is before them. */

import { once } from 'node:events'
import { connect, type Socket } from 'node:net'
import type { Config, Listener } from '../../src/config/model.ts'
import type { Door, Entry, Peer, Request, Response } from '../../src/server/entry.ts'
import type { Log } from '../../src/types.ts'
import { noHouse } from '../support/no-house.ts'

export const silent: Log = { debug() {}, info() {}, warn() {}, error() {} }

export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A log that keeps its lines and can be waited on. */
export function keepingLog() {
  const lines: LogLine[] = []
  const waiting = new Set<() => void>()
  const at = (level: string) => (fields: object, message: string) => {
    lines.push({ level, message, fields: { ...fields } })
    for (const wake of waiting) wake()
  }
  const log: Log = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
  return {
    log,
    lines,
    /** The next line with this message, from now on. */
    next(message: string): Promise<LogLine> {
      const from = lines.length
      return new Promise(resolve => {
        const look = () => {
          const found = lines.slice(from).find(line => line.message === message)
          if (!found) return
          waiting.delete(look)
          resolve(found)
        }
        waiting.add(look)
      })
    },
  }
}

/** A door that says how it was called. `answer` may take over plain requests. */
export function sayingDoor(answer?: (req: Request, res: Response) => void): Door {
  const say = (how: string) => (req: Request, res: Response, peer: Peer) => {
    if (answer) return answer(req, res)
    res.setHeader('x-called', how)
    res.setHeader('x-peer', JSON.stringify({ unix: peer.unix, secure: peer.secure }))
    res.statusCode = how === 'expect' ? 403 : 200
    res.end(`${how} ${req.method} ${req.url}`)
  }
  return {
    request: say('request'),
    expect: say('expect'),
    upgrade(_req, socket, head) {
      socket.end(`HTTP/1.1 101 Switching Protocols\r\nX-Head: ${head.length}\r\n\r\n`)
    },
  }
}

export function entryFor(door: Door, peer: Partial<Peer> = {}): Entry {
  return { door, peer: { unix: false, secure: false, trusted: () => false, ...peer } }
}

/** Sends bytes and gives back all that comes until the other side closes. */
export async function exchange(port: number, bytes: string): Promise<string> {
  const socket = connect(port, '127.0.0.1')
  socket.write(bytes)
  return await all(socket)
}

export async function all(socket: Socket): Promise<string> {
  let text = ''
  socket.setEncoding('latin1')
  socket.on('data', (part: string) => {
    text += part
  })
  socket.on('error', () => {})
  await once(socket, 'close')
  return text
}

export const loopback: Listener = {
  address: { host: '127.0.0.1', port: 0 },
  door: 'proxy',
  trusted_proxies: [],
}

export function configOf(file: string, listen: readonly Listener[], more: Partial<Config> = {}): Config {
  return {
    file,
    domain: 'example.com',
    public_port: 443,
    listen,
    workers: 1,
    apps: [],
    ...noHouse,
    session: {
      cookie: 'authelia_session',
      portal: 'https://auth.example.com',
      portal_host: 'auth.example.com',
      inactivity: 300_000,
    },
    ...more,
  }
}
