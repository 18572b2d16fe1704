/** Whom a limit by address counts: an IPv4 address, or an IPv6 /64, which is what one household gets. */
import { isIPv6 } from 'node:net'

/** A key for the table of limits; text that is no address is its own key. */
export function networkKey(address: string): string {
  const zone = address.indexOf('%')
  const bare = (zone < 0 ? address : address.slice(0, zone)).toLowerCase()
  if (!isIPv6(bare)) return bare
  const [head = '', tail] = bare.split('::', 2)
  const left = words(head)
  const right = tail === undefined ? [] : words(tail)
  const full = [...left, ...Array<number>(Math.max(0, 8 - left.length - right.length)).fill(0), ...right]
  // ::ffff:192.0.2.1 is an IPv4 address (RFC 4291 section 2.5.5.2); its /64 would be all of them.
  if (full.slice(0, 5).every(word => word === 0) && full[5] === 0xffff) {
    return [full[6] ?? 0, full[7] ?? 0].flatMap(word => [word >> 8, word & 0xff]).join('.')
  }
  return `${full
    .slice(0, 4)
    .map(word => word.toString(16))
    .join(':')}::/64`
}

/** The 16-bit words of one side of `::`; a dotted end makes two. */
function words(text: string): number[] {
  if (text === '') return []
  return text.split(':').flatMap(part => {
    if (!part.includes('.')) return [Number.parseInt(part, 16)]
    const [a = 0, b = 0, c = 0, d = 0] = part.split('.').map(Number)
    return [a * 256 + b, c * 256 + d]
  })
}
