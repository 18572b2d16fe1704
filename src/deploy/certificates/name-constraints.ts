/** The extension by which an authority can sign for its own domains alone (RFC 5280, 4.2.1.10), in DER. */

const SEQUENCE = 0x30
const PERMITTED = 0xa0
const EXCLUDED = 0xa1
const DNS_NAME = 0x82
const IP_ADDRESS = 0x87

/** Tag, length (short or long form, X.690 8.1.3), content. */
function wrap(tag: number, content: Buffer): Buffer {
  const { length } = content
  const digits: number[] = []
  for (let rest = length; rest > 0; rest >>>= 8) digits.unshift(rest & 0xff)
  const size = length < 128 ? [length] : [0x80 | digits.length, ...digits]
  return Buffer.concat([Buffer.from([tag, ...size]), content])
}

const subtree = (tag: number, base: Buffer): Buffer => wrap(SEQUENCE, wrap(tag, base))

/**
 * A stolen key of the authority signs for these domains and what is below them, and for nothing else: a kind of name
 * that is not mentioned would be free, so addresses are excluded as a whole.
 */
export function nameConstraints(domains: readonly string[]): Buffer<ArrayBuffer> {
  const permitted = domains.map(domain => subtree(DNS_NAME, Buffer.from(domain)))
  const excluded = [
    subtree(IP_ADDRESS, Buffer.alloc(8)), // 0.0.0.0/0
    subtree(IP_ADDRESS, Buffer.alloc(32)), // ::/0
  ]
  const content = [wrap(PERMITTED, Buffer.concat(permitted)), wrap(EXCLUDED, Buffer.concat(excluded))]
  return Buffer.from(wrap(SEQUENCE, Buffer.concat(content)))
}
