/** A port of 127.0.0.1 that nobody uses. */

import type { AddressInfo } from 'node:net'
import { createServer } from 'node:net'

/** How many ports after the wished one are tried before any will do. */
const NEAR = 20

function listens(port: number): Promise<number | undefined> {
  return new Promise(resolve => {
    const server = createServer()
    server.once('error', () => resolve(undefined))
    server.listen({ host: '127.0.0.1', port, exclusive: true }, () => {
      const got = (server.address() as AddressInfo).port
      server.close(() => resolve(got))
    })
  })
}

/**
 * The wished port, or the next free one.
 * @param wished 0 for any
 * @throws Error where not one port is free or allowed
 */
export async function freePort(wished: number): Promise<number> {
  const near = Array.from({ length: NEAR }, (_, n) => wished + n).filter(port => port <= 65_535)
  for (const port of wished === 0 ? [0] : [...near, 0]) {
    const got = await listens(port)
    if (got !== undefined) return got
  }
  throw new Error('no port of 127.0.0.1 is free')
}
