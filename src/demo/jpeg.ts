/** A small baseline JPEG encoder (ITU-T T.81), so that the demo's camera needs no native package. */

// T.81 annex K.1: the luminance quantisers, in rows. They serve the colours too: one table is enough here.
const QUANTISERS = [
  16, 11, 10, 16, 24, 40, 51, 61, 12, 12, 14, 19, 26, 58, 60, 55, 14, 13, 16, 24, 40, 57, 69, 56, 14, 17, 22,
  29, 51, 87, 80, 62, 18, 22, 37, 56, 68, 109, 103, 77, 24, 35, 55, 64, 81, 104, 113, 92, 49, 64, 78, 87, 103,
  121, 120, 101, 72, 92, 95, 98, 112, 100, 103, 99,
]
// T.81 figure A.6: the zigzag order.
const ZIGZAG = [
  0, 1, 8, 16, 9, 2, 3, 10, 17, 24, 32, 25, 18, 11, 4, 5, 12, 19, 26, 33, 40, 48, 41, 34, 27, 20, 13, 6, 7,
  14, 21, 28, 35, 42, 49, 56, 57, 50, 43, 36, 29, 22, 15, 23, 30, 37, 44, 51, 58, 59, 52, 45, 38, 31, 39, 46,
  53, 60, 61, 54, 47, 55, 62, 63,
]
// T.81 annex K.3: how many codes of each length, then what they stand for.
const DC_TABLE = Buffer.from('00010501010101010100000000000000' + '000102030405060708090a0b', 'hex')
const AC_TABLE = Buffer.from(
  '0002010303020403050504040000017d' +
    '01020300041105122131410613516107227114328191a1082342b1c11552d1f02433627282090a161718191a2526' +
    '2728292a3435363738393a434445464748494a535455565758595a636465666768696a737475767778797a838485' +
    '868788898a92939495969798999aa2a3a4a5a6a7a8a9aab2b3b4b5b6b7b8b9bac2c3c4c5c6c7c8c9cad2d3d4d5d6' +
    'd7d8d9dae1e2e3e4e5e6e7e8e9eaf1f2f3f4f5f6f7f8f9fa',
  'hex',
)

/** The codes of a table: for each symbol its bits and their number (T.81 annex C). */
function codes(table: Buffer): { bits: Uint16Array; lengths: Uint8Array } {
  const bits = new Uint16Array(256)
  const lengths = new Uint8Array(256)
  let code = 0
  let at = 16
  for (let length = 1; length <= 16; length++) {
    for (let n = table[length - 1] ?? 0; n > 0; n--) {
      const symbol = table[at++] ?? 0
      bits[symbol] = code++
      lengths[symbol] = length
    }
    code <<= 1
  }
  return { bits, lengths }
}
const DC = codes(DC_TABLE)
const AC = codes(AC_TABLE)

const COSINES = Float32Array.from({ length: 64 }, (_, i) => {
  const [u, x] = [i >> 3, i & 7]
  return (u === 0 ? Math.SQRT1_2 : 1) * 0.5 * Math.cos(((2 * x + 1) * u * Math.PI) / 16)
})

/** The length of a number in bits, its JPEG category. */
const category = (value: number): number => 32 - Math.clz32(value < 0 ? -value : value)

const segment = (marker: number, ...parts: (Buffer | number[])[]): Buffer => {
  const body = Buffer.concat(parts.map(part => Buffer.from(part)))
  const head = Buffer.from([0xff, marker, 0, 0])
  head.writeUInt16BE(body.length + 2, 2)
  return Buffer.concat([head, body])
}

/** Bits into bytes, with the stuffing of T.81 F.1.2.3. */
class BitWriter {
  bytes: Buffer
  length = 0
  #held = 0
  #count = 0
  constructor(size: number) {
    this.bytes = Buffer.allocUnsafe(size)
  }
  put(value: number, count: number): void {
    this.#held = (this.#held << count) | (value & ((1 << count) - 1))
    this.#count += count
    while (this.#count >= 8) {
      this.#count -= 8
      const byte = (this.#held >> this.#count) & 0xff
      this.bytes[this.length++] = byte
      if (byte === 0xff) this.bytes[this.length++] = 0
    }
    this.#held &= (1 << this.#count) - 1
  }
  finish(): Buffer {
    if (this.#count > 0) this.put(0x7f, 8 - this.#count)
    return this.bytes.subarray(0, this.length)
  }
}

/**
 * An encoder for pictures of one size.
 * @param width in pixels, a multiple of 8
 * @param height in pixels, a multiple of 8
 * @param quality 1 to 100, as libjpeg means it
 * @returns takes red, green and blue bytes, row by row, and gives a whole JFIF file
 */
export function jpegEncoder(width: number, height: number, quality = 80): (rgb: Uint8Array) => Buffer {
  const scale = quality < 50 ? 5000 / quality : 200 - quality * 2
  const quantisers = QUANTISERS.map(q => Math.min(255, Math.max(1, Math.floor((q * scale + 50) / 100))))
  const head = Buffer.concat([
    Buffer.from([0xff, 0xd8]),
    segment(0xe0, Buffer.from('JFIF\0'), [1, 1, 0, 0, 1, 0, 1, 0, 0]),
    segment(0xdb, [0, ...ZIGZAG.map(i => quantisers[i] ?? 1)]),
    segment(0xc0, [
      8,
      height >> 8,
      height & 255,
      width >> 8,
      width & 255,
      3,
      1,
      0x11,
      0,
      2,
      0x11,
      0,
      3,
      0x11,
      0,
    ]),
    segment(0xc4, [0], DC_TABLE, [0x10], AC_TABLE),
    segment(0xda, [3, 1, 0, 2, 0, 3, 0, 0, 63, 0]),
  ])
  const planes = [0, 1, 2].map(() => new Float32Array(width * height))
  const block = new Float32Array(64)
  const half = new Float32Array(64)
  const numbers = new Int16Array(64)

  function transform(plane: Float32Array, left: number, top: number): void {
    for (let y = 0; y < 8; y++)
      for (let x = 0; x < 8; x++) block[y * 8 + x] = plane[(top + y) * width + left + x] ?? 0
    for (let y = 0; y < 8; y++)
      for (let u = 0; u < 8; u++) {
        let sum = 0
        for (let x = 0; x < 8; x++) sum += (block[y * 8 + x] ?? 0) * (COSINES[u * 8 + x] ?? 0)
        half[y * 8 + u] = sum
      }
    for (let v = 0; v < 8; v++)
      for (let u = 0; u < 8; u++) {
        let sum = 0
        for (let y = 0; y < 8; y++) sum += (half[y * 8 + u] ?? 0) * (COSINES[v * 8 + y] ?? 0)
        numbers[v * 8 + u] = Math.round(sum / (quantisers[v * 8 + u] ?? 1))
      }
  }

  /** Writes the block in `numbers`; gives its DC value, the next block's prediction. */
  function writeBlock(out: BitWriter, predicted: number): number {
    const value = numbers[0] ?? 0
    const difference = value - predicted
    const size = category(difference)
    out.put(DC.bits[size] ?? 0, DC.lengths[size] ?? 0)
    if (size > 0) out.put(difference < 0 ? difference - 1 : difference, size)
    let zeros = 0
    for (let i = 1; i < 64; i++) {
      const number = numbers[ZIGZAG[i] ?? 0] ?? 0
      if (number === 0) {
        zeros++
        continue
      }
      for (; zeros > 15; zeros -= 16) out.put(AC.bits[0xf0] ?? 0, AC.lengths[0xf0] ?? 0)
      const bits = category(number)
      const symbol = (zeros << 4) | bits
      out.put(AC.bits[symbol] ?? 0, AC.lengths[symbol] ?? 0)
      out.put(number < 0 ? number - 1 : number, bits)
      zeros = 0
    }
    if (zeros > 0) out.put(AC.bits[0] ?? 0, AC.lengths[0] ?? 0)
    return value
  }

  return rgb => {
    const [luma, blue, red] = planes as [Float32Array, Float32Array, Float32Array]
    for (let i = 0, at = 0; i < width * height; i++) {
      const [r, g, b] = [rgb[at++] ?? 0, rgb[at++] ?? 0, rgb[at++] ?? 0]
      luma[i] = 0.299 * r + 0.587 * g + 0.114 * b - 128
      blue[i] = -0.168736 * r - 0.331264 * g + 0.5 * b
      red[i] = 0.5 * r - 0.418688 * g - 0.081312 * b
    }
    const out = new BitWriter(width * height * 8)
    const predicted = [0, 0, 0]
    for (let top = 0; top < height; top += 8)
      for (let left = 0; left < width; left += 8)
        for (let c = 0; c < 3; c++) {
          transform(planes[c] as Float32Array, left, top)
          predicted[c] = writeBlock(out, predicted[c] ?? 0)
        }
    return Buffer.concat([head, out.finish(), Buffer.from([0xff, 0xd9])])
  }
}
