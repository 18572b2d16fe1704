/** Reading the name constraints of an authority back from its certificate. */

/** 2.5.29.30, as DER has it. */
const OID = Buffer.from([0x06, 0x03, 0x55, 0x1d, 0x1e])

interface Item {
  readonly tag: number
  readonly content: Buffer
}

/** The items of a DER value, one after the other. */
function* items(der: Buffer): Generator<Item> {
  let at = 0
  while (at + 2 <= der.length) {
    const tag = der[at] ?? 0
    const first = der[at + 1] ?? 0
    const digits = first < 0x80 ? 0 : first & 0x7f
    const length = digits === 0 ? first : der.readUIntBE(at + 2, digits)
    const start = at + 2 + digits
    yield { tag, content: der.subarray(start, start + length) }
    at = start + length
  }
}

const inner = (der: Buffer | undefined, tag: number): Buffer[] =>
  der === undefined ? [] : [...items(der)].filter(item => item.tag === tag).map(({ content }) => content)

/**
 * The domains that an authority may sign for.
 * @param certificate in DER
 * @returns undefined where nothing is said of that, so that it may sign for all
 */
export function permittedDomains(certificate: Buffer): string[] | undefined {
  const at = certificate.indexOf(OID)
  if (at < 0) return undefined
  // After the object identifier: perhaps a boolean (critical), then the extension in an octet string.
  const [value] = inner(certificate.subarray(at + OID.length), 0x04)
  const [sequence] = inner(value, 0x30)
  const subtrees = inner(sequence, 0xa0).flatMap(permitted => inner(permitted, 0x30))
  return subtrees.flatMap(subtree => inner(subtree, 0x82)).map(name => name.toString('latin1'))
}
