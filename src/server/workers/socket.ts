/**
 * A bound socket that every worker listens on, so that the kernel hands each connection to one that is free
 * (docs/adr/0010). It belongs to the first process, which never accepts: connections wait in it while
 * workers die and come.
 */
import { lookup } from 'node:dns/promises'
import net from 'node:net'
import { getSystemErrorName } from 'node:util'
import type { Listener } from '../../config/model.ts'
import { listenFault } from '../listen-fault.ts'
import { addressOf } from '../listener.ts'
import { admit, clearPath, madePrivate } from '../unix-socket.ts'

/** Node's own object for a socket, as `subprocess.send` and `server.listen` take it. */
export interface Handle {
  readonly fd: number
  close(): void
}

interface BoundHandle extends Handle {
  getsockname(out: object): number
}

/** What node:cluster itself binds with; node has no public way to a socket that is bound and does not accept. */
interface Binder {
  _createServerHandle(
    address: string,
    port: number,
    family: 4 | 6 | -1,
    fd: undefined,
    flags: number,
  ): BoundHandle | number
}

/** UV_TCP_IPV6ONLY of libuv. */
const IPV6_ONLY = 1

export interface BoundSocket {
  /** Of its listener, by `placesOf`. */
  readonly place: string
  readonly address: string
  readonly port: number | undefined
  readonly handle: Handle
  readonly unix: boolean
  /** Gives it up; the file of a unix socket goes. Workers have copies, which they close themselves. */
  close(): void
}

/**
 * @param place what tells its listener from the others
 * @param alone false keeps an IPv6 wildcard from taking the IPv4 one as well
 * @param port instead of the one that the configuration says
 * @throws StartFault when the place is taken or not allowed
 */
export async function bindSocket(
  listener: Listener,
  place: string,
  alone: boolean,
  port?: number,
): Promise<BoundSocket> {
  const handle =
    listener.unix !== undefined
      ? await unixHandle(listener, listener.unix)
      : await tcpHandle(listener, alone, port ?? listener.address?.port ?? 0)
  const name: { port?: number } = {}
  if (listener.unix === undefined) handle.getsockname(name)
  return {
    place,
    address: addressOf(listener, name.port),
    port: name.port,
    handle,
    unix: listener.unix !== undefined,
    close: () => handle.close(),
  }
}

async function tcpHandle(listener: Listener, alone: boolean, port: number): Promise<BoundHandle> {
  const { address, family } = await lookup(listener.address?.host ?? '').catch(error => {
    throw listenFault(error, listener)
  })
  const flags = family === 6 && !alone ? IPV6_ONLY : 0
  const handle = bind(listener, address, port, family === 6 ? 6 : 4, flags)
  // libuv keeps a bind's EADDRINUSE for the next call.
  const late = handle.getsockname({})
  if (late === 0) return handle
  handle.close()
  throw fault(late, listener)
}

async function unixHandle(listener: Listener, path: string): Promise<BoundHandle> {
  await clearPath(path)
  const handle = madePrivate(() => bind(listener, path, -1, -1, 0))
  try {
    await admit(path, listener.mode ?? 0o660, listener.group)
    return handle
  } catch (error) {
    handle.close()
    throw error
  }
}

function bind(
  listener: Listener,
  address: string,
  port: number,
  family: 4 | 6 | -1,
  flags: number,
): BoundHandle {
  const bound = (net as unknown as Binder)._createServerHandle(address, port, family, undefined, flags)
  if (typeof bound === 'number') throw fault(bound, listener)
  return bound
}

function fault(code: number, listener: Listener): Error {
  const name = getSystemErrorName(code)
  return listenFault(Object.assign(new Error(name), { code: name }), listener)
}
