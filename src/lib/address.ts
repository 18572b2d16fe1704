/** Client addresses: one spelling each, and lists of networks. */
import { BlockList, isIPv4, isIPv6, SocketAddress } from 'node:net'

/** Anything that knows which addresses belong to it. */
export interface Networks {
  /** False for what is no address. */
  has(address: string): boolean
}

/** An entry that is neither an address nor a CIDR block. */
export class NetworkError extends Error {
  readonly code = 'bad-network'
  readonly entry: string
  constructor(entry: string) {
    super(`'${entry}' is neither an address nor a network like 10.0.0.0/8`)
    this.name = 'NetworkError'
    this.entry = entry
  }
}

/**
 * The one spelling of an address: an IPv4-mapped IPv6 address becomes IPv4 (RFC 4291 2.5.5.2), a zone
 * is dropped, IPv6 is shortened as RFC 5952 says. Undefined for anything else: `010.1.1.1` too, which
 * some programs read as 8.1.1.1.
 */
export function canonicalAddress(text: string): string | undefined {
  if (isIPv4(text)) return text
  if (!isIPv6(text)) return undefined
  const zone = text.indexOf('%')
  const address = zone < 0 ? text : text.slice(0, zone)
  const short = new SocketAddress({ address, family: 'ipv6' }).address
  if (!short.startsWith('::ffff:')) return short
  const mapped = short.slice(7)
  return isIPv4(mapped) ? mapped : short
}

/**
 * A list of addresses and CIDR blocks. IPv4-mapped blocks count as IPv4; `::/0` holds no IPv4 address,
 * as in Go's net.IPNet.
 * @throws NetworkError naming the entry that is neither.
 */
export function networks(list: readonly string[]): Networks {
  const v4 = new BlockList()
  const v6 = new BlockList()
  for (const entry of list) add(entry, v4, v6)
  return {
    has(text) {
      const address = canonicalAddress(text)
      if (address === undefined) return false
      return isIPv4(address) ? v4.check(address, 'ipv4') : v6.check(address, 'ipv6')
    },
  }
}

function add(entry: string, v4: BlockList, v6: BlockList): void {
  const slash = entry.indexOf('/')
  const written = slash < 0 ? entry : entry.slice(0, slash)
  const address = written.includes('%') ? undefined : canonicalAddress(written)
  if (address === undefined) throw new NetworkError(entry)
  const wide = written.includes(':') ? 128 : 32
  const narrow = isIPv4(address) ? 32 : 128
  let bits = wide
  if (slash >= 0) {
    const size = entry.slice(slash + 1)
    if (!/^(0|[1-9][0-9]{0,2})$/.test(size) || Number(size) > wide) throw new NetworkError(entry)
    bits = Number(size)
  }
  // ::ffff:10.0.0.0/104 is 10.0.0.0/8; a block wider than the mapped range has no IPv4 reading.
  const own = bits - (wide - narrow)
  if (own < 0) throw new NetworkError(entry)
  if (narrow === 32) v4.addSubnet(address, own, 'ipv4')
  else v6.addSubnet(address, own, 'ipv6')
}

/** Whether an address is the machine's own: 127.0.0.0/8 or ::1, in any spelling. */
export function isLoopback(text: string): boolean {
  const address = canonicalAddress(text)
  return address === '::1' || (address?.startsWith('127.') === true && isIPv4(address))
}

/**
 * The client behind proxies: from the right of X-Forwarded-For, the first address that is not trusted,
 * since each proxy appends the one it saw and a client can write anything to the left. Where all are
 * trusted, it is the leftmost. Empty where a trusted hop wrote what is no address (`192.0.2.7:4711`,
 * `unknown`): nobody knows then, and the proxy's own address would open the rules of its network to all.
 * A peer that has an address and is not trusted is the client itself; a unix socket's peer has none
 * (pass '') and is always trusted.
 */
export function rightmostUntrusted(xff: string, peer: string, trusted: Networks): string {
  let hop = canonicalAddress(peer) ?? peer
  if (hop !== '' && !trusted.has(hop)) return hop
  let end = xff.length
  while (end > 0) {
    const comma = xff.lastIndexOf(',', end - 1)
    const address = canonicalAddress(xff.slice(comma + 1, end).trim())
    if (address === undefined) return ''
    if (!trusted.has(address)) return address
    hop = address
    end = comma
  }
  return hop
}
