import { isIPv4 } from 'node:net'
import type { Address } from '../values/address.ts'
import type { Checking } from './checking.ts'

export const isLoopback = (host: string): boolean =>
  isIPv4(host) ? host.startsWith('127.') : host === '::1' || host === '0:0:0:0:0:0:0:1'
const isEvery = (host: string): boolean => host === '0.0.0.0' || host === '::'

/** Whether two listeners would want the same port of the same address. */
function collide(one: Address, other: Address): boolean {
  if (one.port === 0 || one.port !== other.port) return false
  if (one.host === other.host || one.host === '::' || other.host === '::') return true
  return isIPv4(one.host) === isIPv4(other.host) && (isEvery(one.host) || isEvery(other.host))
}

/** Listeners: one way in each, none twice, and a word on plain HTTP from the network. */
export function checkListeners(checking: Checking): void {
  const { file } = checking
  const earlier: { address: Address; index: number }[] = []
  const sockets = new Set<string>()
  for (const [index, listener] of (file.listen ?? []).entries()) {
    const path = ['listen', index]
    const { address, unix } = listener
    if (address !== undefined && unix !== undefined) {
      checking.fault(
        [...path, 'unix'],
        'A listener has an address or a unix socket, not both.',
        'two listeners',
        'key',
      )
    } else if (address === undefined && unix === undefined) {
      checking.fault(path, 'This listener says neither address nor unix.', 'address: 127.0.0.1:9080', 'add')
    }
    for (const key of ['mode', 'group'] as const) {
      if (listener[key] !== undefined && address !== undefined && unix === undefined) {
        checking.fault(
          [...path, key],
          `"${key}" is for unix sockets; an address has no owner.`,
          'the listener without it',
          'key',
        )
      }
    }
    if (unix !== undefined) {
      if (listener.tls !== undefined)
        checking.fault([...path, 'tls'], 'A unix socket needs no TLS.', 'the listener without it', 'key')
      const socket = checking.absolute(unix)
      if (sockets.has(socket))
        checking.fault([...path, 'unix'], 'Another listener has this socket already.', 'a path of its own')
      sockets.add(socket)
    }
    if (address === undefined) continue
    const twin = earlier.find(other => collide(other.address, address))
    if (twin !== undefined) {
      checking.fault(
        [...path, 'address'],
        `Listener ${twin.index + 1} of this list has this port already.`,
        'another port, or this listener not at all',
      )
    }
    earlier.push({ address, index })
    if (listener.door === 'forward_auth') {
      const asked = file.trusted_proxies ?? (listener.tls === undefined && isLoopback(address.host))
      if (asked === false || (Array.isArray(asked) && asked.length === 0))
        checking.warn(
          [...path, 'door'],
          'Nobody may ask this door: no proxy is trusted, and it answers to trusted ones alone.',
          'trusted_proxies: at the top of the file, with the address of your proxy',
        )
      continue
    }
    if (
      listener.tls === undefined &&
      !isLoopback(address.host) &&
      file.trusted_proxies === undefined &&
      file.listen !== undefined
    ) {
      const message =
        'Plain HTTP from the network: the session cookie could be read on the way, and no proxy is trusted to say "https".'
      checking.warn(
        [...path, 'address'],
        message,
        '127.0.0.1 here, or tls:, or trusted_proxies: with the address of your proxy',
      )
    }
  }
}
