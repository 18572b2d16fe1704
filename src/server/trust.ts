/** Whose X-Forwarded-* headers a listener believes. */
import { BlockList, isIP } from 'node:net'

/** Addresses that were asked about are remembered, for proxies are few and ask all the time. */
const REMEMBERED = 1_024

/**
 * Compiles CIDR blocks and single addresses into a test. IPv4 blocks match IPv4-mapped IPv6 addresses
 * too, as a dual-stack socket reports them. What is not an address is never trusted
 * (Fastify CVE-2026-3635: a junk X-Forwarded-For opens nothing).
 */
export function trustList(blocks: readonly string[]): (address: string) => boolean {
  const list = new BlockList()
  for (const block of blocks) {
    const [address = '', length] = block.split('/')
    const family = isIP(address) === 6 ? 'ipv6' : 'ipv4'
    list.addSubnet(address, length === undefined ? (family === 'ipv6' ? 128 : 32) : Number(length), family)
  }
  const known = new Map<string, boolean>()
  return address => {
    const before = known.get(address)
    if (before !== undefined) return before
    const family = isIP(address)
    const trusted = family !== 0 && list.check(address, family === 6 ? 'ipv6' : 'ipv4')
    if (known.size >= REMEMBERED) known.clear()
    known.set(address, trusted)
    return trusted
  }
}
